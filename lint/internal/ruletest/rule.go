package ruletest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"

	"github.com/omegagen/omegagen/templates/prometheus"
)

// evaluator evaluates rules as a server does, but at times of one's choice.
type evaluator struct {
	engine   *promql.Engine
	data     *memory
	external map[string]string
}

// query is the instant vector of an expression at a time.
func (e *evaluator) query(ctx context.Context, expr string, at time.Time) (promql.Vector, error) {
	q, err := e.engine.NewInstantQuery(ctx, e.data, nil, expr, at)
	if err != nil {
		return nil, err
	}
	defer q.Close()
	switch v := q.Exec(ctx); x := v.Value.(type) {
	case promql.Vector:
		return x, v.Err
	case promql.Scalar:
		return promql.Vector{{T: x.T, F: x.V}}, v.Err
	default:
		return nil, errors.Join(v.Err, errors.New("the result is neither a vector nor a scalar"))
	}
}

// rule is a rule with what it remembers between evaluations.
type rule struct {
	prometheus.Rule
	limit       int
	hold, keep  time.Duration
	active      map[string]*alert // by labels
	order       []string          // keys of active, in order of their first result
	lastWritten map[string]labels.Labels
}

// alert is one set of labels for which an alert's expression has a result, or had one lately.
type alert struct {
	labels, annotations labels.Labels
	since               time.Time
	firing              bool
	quietSince          time.Time // without a result, while it keeps firing
}

func newRule(r prometheus.Rule, limit int) *rule {
	return &rule{Rule: r, limit: limit, hold: moment(r.For), keep: moment(r.KeepFiringFor), active: map[string]*alert{}}
}

// eval evaluates the rule and writes its series, and the end of those that it no longer has.
func (e *evaluator) eval(ctx context.Context, r *rule, at time.Time) error {
	result, err := e.query(ctx, r.Expr, at)
	if err != nil {
		return err
	}
	var out promql.Vector
	if r.Alert != "" {
		out, err = e.alerts(ctx, r, result, at)
	} else {
		out, err = recorded(r, result)
	}
	if err != nil {
		return err
	}
	written := map[string]labels.Labels{}
	for _, s := range out {
		if err := e.data.append(s.Metric, point{timestamp.FromTime(at), s.F, s.H}); err != nil {
			continue // as a server, which logs it
		}
		written[string(s.Metric.Bytes(nil))] = s.Metric
	}
	for key, l := range r.lastWritten {
		if written[key].IsEmpty() {
			_ = e.data.append(l, point{timestamp.FromTime(at), math.Float64frombits(value.StaleNaN), nil})
		}
	}
	r.lastWritten = written
	return nil
}

// recorded are the series of a recording rule.
func recorded(r *rule, result promql.Vector) (promql.Vector, error) {
	for i := range result {
		b := labels.NewBuilder(result[i].Metric).Set(model.MetricNameLabel, r.Record)
		for k, v := range r.Labels {
			b.Set(k, v)
		}
		result[i].Metric = b.Labels()
	}
	if result.ContainsSameLabelset() {
		return nil, errors.New("two results have the same labels")
	}
	if r.limit > 0 && len(result) > r.limit {
		return nil, fmt.Errorf("%d series are more than the limit of %d", len(result), r.limit)
	}
	return result, nil
}

// alerts updates the alerts of a rule, and returns their series.
func (e *evaluator) alerts(ctx context.Context, r *rule, result promql.Vector, at time.Time) (promql.Vector, error) {
	found := map[string]bool{}
	var current []*alert
	for _, s := range result {
		a := e.expanded(ctx, r, s, at)
		key := string(a.labels.Bytes(nil))
		if found[key] {
			return nil, errors.New("two results have the same labels")
		}
		found[key] = true
		current = append(current, a)
	}
	for _, a := range current {
		key := string(a.labels.Bytes(nil))
		if known := r.active[key]; known != nil {
			known.annotations = a.annotations
			continue
		}
		r.active[key] = a
		r.order = append(r.order, key)
	}
	var out promql.Vector
	var kept []string
	for _, key := range r.order {
		a := r.active[key]
		if found[key] {
			a.quietSince = time.Time{}
		} else if !a.keeps(r.keep, at) {
			delete(r.active, key)
			continue
		}
		kept = append(kept, key)
		if !a.firing && at.Sub(a.since) >= r.hold {
			a.firing = true
		}
		out = append(out, r.series(a, at)...)
	}
	r.order = kept
	if r.limit > 0 && len(kept) > r.limit {
		r.active, r.order = map[string]*alert{}, nil
		return nil, fmt.Errorf("%d alerts are more than the limit of %d", len(kept), r.limit)
	}
	return out, nil
}

// keeps reports whether an alert without a result keeps firing.
func (a *alert) keeps(keep time.Duration, at time.Time) bool {
	if !a.firing || keep == 0 {
		return false
	}
	if a.quietSince.IsZero() {
		a.quietSince = at
	}
	return at.Sub(a.quietSince) < keep
}

// series are the samples of ALERTS and ALERTS_FOR_STATE of an alert. A label whose template gives nothing has the
// template's text there, as a server writes it.
func (r *rule) series(a *alert, at time.Time) promql.Vector {
	state := "pending"
	if a.firing {
		state = "firing"
	}
	b := labels.NewBuilder(labels.FromMap(r.Labels))
	a.labels.Range(func(l labels.Label) { b.Set(l.Name, l.Value) })
	t := timestamp.FromTime(at)
	since := b.Set(model.MetricNameLabel, "ALERTS_FOR_STATE").Labels()
	return promql.Vector{
		{T: t, F: 1, Metric: b.Set(model.MetricNameLabel, "ALERTS").Set("alertstate", state).Labels()},
		{T: t, F: float64(a.since.Unix()), Metric: since},
	}
}

// expanded is the alert of one result, with its templates executed.
func (e *evaluator) expanded(ctx context.Context, r *rule, s promql.Sample, at time.Time) *alert {
	data := template.AlertTemplateData(s.Metric.Map(), e.external, "", s)
	expand := func(text string) string {
		const names = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"
		result, err := template.NewTemplateExpander(ctx, names+text, "__alert_"+r.Alert, data, model.Time(timestamp.FromTime(at)), e.query, nil, nil).Expand()
		if err != nil {
			return fmt.Sprintf("<error expanding template: %s>", err)
		}
		return result
	}
	b := labels.NewBuilder(s.Metric).Del(model.MetricNameLabel)
	for k, v := range r.Labels {
		b.Set(k, expand(v))
	}
	notes := map[string]string{}
	for k, v := range r.Annotations {
		notes[k] = expand(v)
	}
	return &alert{labels: b.Set(labels.AlertName, r.Alert).Labels(), annotations: labels.FromMap(notes), since: at}
}
