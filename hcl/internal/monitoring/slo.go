package monitoring

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

func sloSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "slo", NoRef: true,
		Doc:    "An objective: which share of events must be good over a window. It becomes recording rules, two alerts that fire when the error budget burns too fast (one to act at once, one for the next working day), their unit tests, and panels.",
		Labels: lang.Name1("The name, which becomes the label `slo` and, in camel case, part of the alerts' names."),
		Attrs: []lang.Attr{
			{Name: "objective", Type: lang.Any, Required: true, Doc: "The share of events that must be good: 0.999 or \"99.9%\"."},
			{Name: "window", Type: lang.Duration, Default: `"30d"`, Doc: "The time over which the objective holds. The windows of the alerts are scaled with it."},
			{Name: "good", Type: lang.String, Required: true, Doc: "The good events: a selector of a counter, such as \"requests_total{code!~\\\"5..\\\"}\", or a bucket of a histogram, such as \"request_seconds_bucket{le=\\\"0.5\\\"}\"."},
			{Name: "total", Type: lang.String, Required: true, Doc: "All events: a selector of a counter, such as \"requests_total\", or of a histogram's count, such as \"request_seconds_count\"."},
			{Name: "description", Type: lang.String, Doc: "What the objective is for; a part of the alerts' descriptions."},
			{Name: "page_severity", Type: lang.String, Default: `"page"`, Doc: "The label `severity` of the alert that needs somebody at once."},
			{Name: "ticket_severity", Type: lang.String, Default: `"ticket"`, Doc: "The label `severity` of the alert that can wait for the next working day."},
			{Name: "labels", Type: lang.StringMap, Doc: "Additional labels of the alerts."},
			{Name: "runbook", Type: lang.RefTo("runbook"), Doc: "The runbook for the alerts."},
			{Name: "dashboard", Type: lang.RefTo("dashboard"), Doc: "The dashboard that gets the panels. Default: a generated dashboard of all objectives."},
		},
		Declare: func(b *lang.Block) any {
			s := &manifest.SLO{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.SLOs = append(b.Evaluation().Manifest.SLOs, s)
			return s
		},
		Decode: decodeSLO,
	}
}

func decodeSLO(b *lang.Block) {
	s := b.Ref.(*manifest.SLO)
	s.Objective, s.ObjectiveRange = objective(b), b.AttrRange("objective")
	s.Window = positive(b, "window")
	s.Good, s.GoodRange = b.Filled("good"), b.AttrRange("good")
	s.Total, s.TotalRange = b.Filled("total"), b.AttrRange("total")
	s.Description, s.DescriptionRange = b.String("description"), b.AttrRange("description")
	s.PageSeverity, s.TicketSeverity = b.Filled("page_severity"), b.Filled("ticket_severity")
	s.Labels = notTwice(b, "labels", b.StringMap("labels"))
	if r, ok := lang.Ref[*manifest.Runbook](b, "runbook"); ok {
		s.Runbook = r.Value
	}
	if d, ok := lang.Ref[*manifest.Dashboard](b, "dashboard"); ok {
		s.Dashboard = d.Value
	}
}

var one = big.NewRat(1, 1)

// objective reads a share or a percentage; nil if it is neither.
func objective(b *lang.Block) *big.Rat {
	v := b.Any("objective")
	if v == nil || b.Failed("objective") {
		return nil
	}
	share, _ := v.(*big.Rat)
	if s, ok := v.(string); ok {
		if n, percent := strings.CutSuffix(strings.TrimSpace(s), "%"); percent && plainNumber(strings.TrimSpace(n)) {
			share, _ = new(big.Rat).SetString(strings.TrimSpace(n))
			share.Quo(share, big.NewRat(100, 1))
		}
	}
	switch {
	case share == nil:
		b.Evaluation().Errorf(ruleObjective, b.AttrRange("objective"), "The objective of %s is neither a share nor a percentage. Write 0.999 or \"99.9%%\".", b.Address())
		return nil
	case share.Sign() > 0 && share.Cmp(one) < 0:
		return share
	}
	hint := "Write a number between 0 and 1, such as 0.999."
	if hundredth := new(big.Rat).Quo(share, big.NewRat(100, 1)); share.Cmp(one) > 0 && hundredth.Cmp(one) < 0 {
		hint = "For that percentage, write " + text.Number(hundredth) + " or \"" + text.Number(share) + "%\"."
	}
	if share.Cmp(one) == 0 {
		hint = "With 1, no event may ever fail, and there is no error budget. Choose what users would notice, such as 0.999."
	}
	b.Evaluation().Errorf(ruleObjective, b.AttrRange("objective"), "The objective of %s is the share %s. %s", b.Address(), text.Number(share), hint)
	return nil
}

// plainNumber reports whether s is a number of at most 20 digits, possibly with a point.
func plainNumber(s string) bool {
	return len(s) <= 20 && strings.Trim(s, "0123456789.") == "" && strings.Count(s, ".") <= 1 && strings.Trim(s, ".") != ""
}

// referenceWindow is the window of the SRE workbook's table.
const referenceWindow = 30 * 24 * time.Hour

// The SRE workbook's table ("Alerting on SLOs", multiwindow, multi-burn-rate alerts): 2 % of the
// budget of 30 days burnt in an hour, 5 % in six hours, 10 % in three days.
var (
	pageRates   = []manifest.BurnRate{{Factor: big.NewRat(144, 10), Long: time.Hour, Short: 5 * time.Minute}, {Factor: big.NewRat(6, 1), Long: 6 * time.Hour, Short: 30 * time.Minute}}
	ticketRates = []manifest.BurnRate{{Factor: big.NewRat(3, 1), Long: 24 * time.Hour, Short: 2 * time.Hour}, {Factor: big.NewRat(1, 1), Long: 72 * time.Hour, Short: 6 * time.Hour}}
)

// scaled are the rates for an objective: with windows in proportion to its own, and without those
// that not even 100 % errors reach.
func scaled(s *manifest.SLO, rates []manifest.BurnRate) []manifest.BurnRate {
	var out []manifest.BurnRate
	for _, r := range rates {
		if r.Limit(s).Cmp(one) < 0 {
			out = append(out, manifest.BurnRate{Factor: r.Factor, Long: part(s.Window, r.Long), Short: part(s.Window, r.Short)})
		}
	}
	return out
}

// part is the part of a window that d is of the reference window, in whole seconds.
func part(window, d time.Duration) time.Duration {
	seconds := window.Seconds() * float64(d) / float64(referenceWindow)
	return max(1, time.Duration(seconds+0.5)) * time.Second
}

// scrapesInWindow is how many scrapes the shortest window must contain.
const scrapesInWindow = 4

// finishSLOs adds the rules, alerts and panels of the objectives.
func finishSLOs(p *lang.Evaluation) {
	m := p.Manifest
	var generated *manifest.Dashboard
	for _, s := range m.SLOs {
		if s.Objective == nil || s.Window == 0 || s.Good == "" || s.Total == "" || m.Prometheus == nil {
			continue
		}
		if !longEnough(p, s) {
			continue
		}
		retained(p, s)
		sloRules(m, s)
		d := s.Dashboard
		if d == nil {
			if generated == nil {
				generated = objectives(m, s)
			}
			d = generated
		}
		d.Rows = append(d.Rows, sloRow(s))
	}
	if generated != nil && m.Grafana != nil {
		m.Dashboards = append(m.Dashboards, generated)
	}
}

// longEnough reports a window whose shortest part is too short for rate().
func longEnough(p *lang.Evaluation, s *manifest.SLO) bool {
	interval := p.Manifest.Prometheus.Interval()
	least := scrapesInWindow * interval
	shortest := part(s.Window, 5*time.Minute)
	if shortest >= least {
		return true
	}
	needed := (least*time.Duration(referenceWindow/(5*time.Minute)) + day - 1) / day * day
	p.Errorf(ruleSLOWindow, s.Range, "The window of %s is %s, so its shortest alert would look at %s, and Prometheus scrapes every %s. Use a window of at least %s.", s.Address, span(s.Window), text.Duration(shortest), text.Duration(interval), span(needed))
	return false
}

// retained warns if the samples are deleted before the window is over.
func retained(p *lang.Evaluation, s *manifest.SLO) {
	const flag = "--storage.tsdb.retention.time="
	kept := p.Manifest.Prometheus.Retention
	for _, i := range p.Manifest.Prometheus.Service.Instances {
		if i.Command == nil {
			continue
		}
		for _, arg := range i.Command.Exec {
			if v, ok := strings.CutPrefix(arg, flag); ok {
				kept = v
			}
		}
	}
	how := "`retention` of prometheus is " + kept
	if kept == "" {
		kept, how = "15d", "Prometheus keeps them for 15d by default"
	}
	d, ok := promDuration(kept)
	if !ok || d >= s.Window {
		return
	}
	p.Report(ruleSLORetention.At(s.Range, "%s is about %s, but its samples are deleted before: %s. Set `retention = \"%s\"` in prometheus, or shorten `window`.", s.Address, span(s.Window), how, span((s.Window+2*day-1)/day*day)))
}

const day = 24 * time.Hour

// span is a duration as Prometheus writes it: whole days as such.
func span(d time.Duration) string {
	if d > 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	return text.Duration(d)
}

// promDuration reads a duration of one unit as Prometheus does: 15d, 4w, 1y.
func promDuration(s string) (time.Duration, bool) {
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour}
	digits := strings.TrimRight(s, "smhdwy")
	u, ok := units[s[len(digits):]]
	n, isInt := new(big.Int).SetString(digits, 10)
	if !ok || !isInt || n.Sign() <= 0 || n.BitLen() > 20 {
		return 0, false
	}
	return time.Duration(n.Int64()) * u, true
}
