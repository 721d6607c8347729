package prometheus

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/model/rulefmt"
	yamlv2 "go.yaml.in/yaml/v2"
	"go.yaml.in/yaml/v3"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/internal/readback"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// Check reads prometheus.yml, rules.yml or a test of rules as Prometheus and
// promtool do, and reports where they differ from Doc.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	var err error
	switch doc := a.Doc.(type) {
	case *prometheus.Config:
		err = checkConfig(a.Content, doc, reported(m))
	case *prometheus.Rules:
		err = checkRules(a.Content, doc, reported(m))
	case *prometheus.Tests:
		if err = checkTests(a.Content, doc, reported(m)); err == nil {
			return failedTests(m, doc)
		}
	default:
		err = errors.New("it has no document to compare with")
	}
	if err == nil {
		return nil
	}
	at := m.System.Range
	if m.Prometheus != nil {
		at = m.Prometheus.Range
	}
	return hcl.Diagnostics{ruleBug.At(at, "%s: %s. Please report this with the manifest.", a.Path, err)}
}

// reported returns whether the manifest's own expressions, templates or series
// have errors: then Prometheus's complaint about them was already reported.
func reported(m *manifest.Manifest) func() bool {
	return func() bool { return Manifest(m).HasErrors() }
}

// differ reports the first difference, or nil.
func differ(what string, got, want any) error {
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		return fmt.Errorf("%s reads back as %#v instead of %#v", what, got, want)
	}
	return nil
}

func checkConfig(content []byte, doc *prometheus.Config, known func() bool) error {
	// Text that Prometheus before version 3 reads verbatim must not be expanded
	// here with the environment of this process.
	expanded := content
	if !doc.ExpandsLabels {
		expanded = doubled(content)
	}
	cfg, err := config.Load(string(expanded), discard)
	if err != nil {
		if known() {
			return nil
		}
		return err
	}
	g := cfg.GlobalConfig
	errs := []error{
		sameDuration("scrape_interval", g.ScrapeInterval, doc.Global.ScrapeInterval, 0),
		sameDuration("scrape_timeout", g.ScrapeTimeout, doc.Global.ScrapeTimeout, min(config.DefaultGlobalConfig.ScrapeTimeout, g.ScrapeInterval)),
		sameDuration("evaluation_interval", g.EvaluationInterval, doc.Global.EvaluationInterval, 0),
		sameMap("external_labels", g.ExternalLabels.Map(), doc.Global.ExternalLabels),
		differ("rule_files", append([]string{}, cfg.RuleFiles...), append([]string{}, doc.RuleFiles...)),
		sameAlerting(cfg.AlertingConfig, doc.Alerting),
		differ("the number of jobs", len(cfg.ScrapeConfigs), len(doc.ScrapeConfigs)),
	}
	for i := 0; i < len(doc.ScrapeConfigs) && i < len(cfg.ScrapeConfigs); i++ {
		errs = append(errs, sameJob(g, cfg.ScrapeConfigs[i], &doc.ScrapeConfigs[i]))
	}
	errs = append(errs, sameText(content, doc))
	return first(errs)
}

// doubled is the file with each $ of its external labels doubled, the only place where Prometheus expands it.
func doubled(content []byte) []byte {
	var out [][]byte
	in := false
	for _, line := range bytes.Split(content, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("    ")) {
			in = bytes.HasPrefix(line, []byte("  external_labels:"))
		}
		if in {
			line = bytes.ReplaceAll(line, []byte("$"), []byte("$$"))
		}
		out = append(out, line)
	}
	return bytes.Join(out, []byte("\n"))
}

// sameText compares every value of the scrapes and remote writes with the document.
func sameText(content []byte, doc *prometheus.Config) error {
	var got struct {
		ScrapeConfigs []any `yaml:"scrape_configs"`
		RemoteWrite   []any `yaml:"remote_write"`
	}
	if err := yamlv2.Unmarshal(content, &got); err != nil {
		return err
	}
	return first([]error{
		readback.Same("scrape_configs", append([]any{}, got.ScrapeConfigs...), reflect.ValueOf(doc.ScrapeConfigs)),
		readback.Same("remote_write", append([]any{}, got.RemoteWrite...), reflect.ValueOf(doc.RemoteWrite)),
	})
}

func sameJob(g config.GlobalConfig, got *config.ScrapeConfig, want *prometheus.ScrapeConfig) error {
	in := "job " + want.JobName + ": "
	errs := []error{
		differ("job_name", got.JobName, want.JobName),
		sameDuration(in+"scrape_interval", got.ScrapeInterval, want.ScrapeInterval, g.ScrapeInterval),
		sameDuration(in+"scrape_timeout", got.ScrapeTimeout, want.ScrapeTimeout, min(g.ScrapeTimeout, got.ScrapeInterval)),
		differ(in+"metrics_path", got.MetricsPath, want.MetricsPath),
		differ(in+"scheme", got.Scheme, want.Scheme),
	}
	if err := first(errs); err != nil || want.Service == nil {
		return err // sameText compares other targets
	}
	return sameTargets(in, got.ServiceDiscoveryConfigs, want.StaticConfigs)
}

func sameTargets(in string, got discovery.Configs, want []prometheus.StaticConfig) error {
	if len(got) != 1 {
		return fmt.Errorf("%sstatic_configs reads back as %#v", in, got)
	}
	static, ok := got[0].(discovery.StaticConfig)
	if !ok || len(static) != len(want) {
		return fmt.Errorf("%sstatic_configs reads back as %#v", in, got[0])
	}
	var errs []error
	for i, group := range static {
		targets := []string{}
		for _, t := range group.Targets {
			targets = append(targets, string(t[model.AddressLabel]))
		}
		labels := map[string]string{}
		for k, v := range group.Labels {
			labels[string(k)] = string(v)
		}
		errs = append(errs,
			differ(in+"targets", targets, append([]string{}, want[i].Targets...)),
			sameMap(in+"labels", labels, want[i].Labels))
	}
	return first(errs)
}

// sameAlerting compares where alerts are sent.
func sameAlerting(got config.AlertingConfig, doc *prometheus.Alerting) error {
	var want []prometheus.AlertmanagerConfig
	if doc != nil {
		want = doc.Alertmanagers
	}
	errs := []error{differ("the number of alertmanagers", len(got.AlertmanagerConfigs), len(want))}
	for i := 0; i < len(want) && i < len(got.AlertmanagerConfigs); i++ {
		g := got.AlertmanagerConfigs[i]
		errs = append(errs,
			differ("scheme of alertmanagers", g.Scheme, cmp.Or(want[i].Scheme, config.DefaultAlertmanagerConfig.Scheme)),
			differ("path_prefix of alertmanagers", g.PathPrefix, want[i].PathPrefix),
			sameTargets("alertmanagers: ", g.ServiceDiscoveryConfigs, want[i].StaticConfigs))
	}
	return first(errs)
}

// checkRules compares the rules.
func checkRules(content []byte, doc *prometheus.Rules, known func() bool) error {
	if doc.Large() {
		return nil // Manifest reports it; Prometheus's parsers might not return
	}
	groups, errs := rulefmt.Parse(content, false, model.LegacyValidation, promQL, discard)
	if groups == nil || len(errs) > 0 && !known() {
		return errors.Join(errs...)
	}
	errs = []error{differ("the number of groups", len(groups.Groups), len(doc.Groups))}
	for i := 0; i < len(doc.Groups) && i < len(groups.Groups); i++ {
		got, want := groups.Groups[i], doc.Groups[i]
		errs = append(errs,
			differ("group name", got.Name, want.Name),
			differ("limit of "+want.Name, got.Limit, want.Limit),
			sameDuration("interval of "+want.Name, got.Interval, want.Interval, 0),
			differ("the number of rules of "+want.Name, len(got.Rules), len(want.Rules)))
		for j := 0; j < len(want.Rules) && j < len(got.Rules); j++ {
			errs = append(errs, sameRule(got.Rules[j], want.Rules[j]))
		}
	}
	return first(errs)
}

func sameRule(got rulefmt.Rule, want prometheus.Rule) error {
	in := "rule " + want.Record + want.Alert + ": "
	return first([]error{
		differ("record", got.Record, want.Record),
		differ("alert", got.Alert, want.Alert),
		differ(in+"expr", got.Expr, want.Expr),
		sameDuration(in+"for", got.For, want.For, 0),
		sameDuration(in+"keep_firing_for", got.KeepFiringFor, want.KeepFiringFor, 0),
		sameMap(in+"labels", got.Labels, want.Labels),
		sameMap(in+"annotations", got.Annotations, want.Annotations),
	})
}

// unitTests is a test file as promtool decodes it, strictly.
type unitTests struct {
	RuleFiles          []string       `yaml:"rule_files"`
	EvaluationInterval model.Duration `yaml:"evaluation_interval,omitempty"`
	GroupEvalOrder     []string       `yaml:"group_eval_order"`
	Tests              []struct {
		Interval    model.Duration `yaml:"interval"`
		InputSeries []struct {
			Series string `yaml:"series"`
			Values string `yaml:"values"`
		} `yaml:"input_series"`
		AlertRuleTests []struct {
			EvalTime  model.Duration `yaml:"eval_time"`
			Alertname string         `yaml:"alertname"`
			ExpAlerts []struct {
				ExpLabels      map[string]string `yaml:"exp_labels"`
				ExpAnnotations map[string]string `yaml:"exp_annotations"`
			} `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test,omitempty"`
		PromqlExprTests []struct {
			Expr       string         `yaml:"expr"`
			EvalTime   model.Duration `yaml:"eval_time"`
			ExpSamples []struct {
				Labels string  `yaml:"labels"`
				Value  float64 `yaml:"value"`
			} `yaml:"exp_samples"`
		} `yaml:"promql_expr_test,omitempty"`
		ExternalLabels map[string]string `yaml:"external_labels,omitempty"`
		TestGroupName  string            `yaml:"name,omitempty"`
	} `yaml:"tests"`
}

func checkTests(content []byte, doc *prometheus.Tests, known func() bool) error {
	var got unitTests
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	if err := d.Decode(&got); err != nil {
		return err
	}
	errs := []error{
		differ("rule_files", got.RuleFiles, doc.RuleFiles),
		sameDuration("evaluation_interval", got.EvaluationInterval, doc.EvaluationInterval, 0),
		differ("group_eval_order", append([]string{}, got.GroupEvalOrder...), append([]string{}, doc.GroupEvalOrder...)),
		differ("the number of tests", len(got.Tests), len(doc.Tests)),
	}
	for i := 0; i < len(doc.Tests) && i < len(got.Tests); i++ {
		g, want := got.Tests[i], doc.Tests[i]
		errs = append(errs,
			differ("name", g.TestGroupName, want.Name),
			sameDuration("interval", g.Interval, want.Interval, 0),
			sameMap("external_labels", g.ExternalLabels, want.ExternalLabels))
		series := []prometheus.Series{}
		for _, s := range g.InputSeries {
			series = append(series, prometheus.Series{Series: s.Series, Values: s.Values})
			if prometheus.LargeSeries(s.Series, s.Values) {
				continue // Manifest reports it
			}
			if _, _, err := promQL.ParseSeriesDesc(s.Series + " " + s.Values); err != nil && !known() {
				errs = append(errs, err)
			}
		}
		errs = append(errs, differ("input_series", series, want.InputSeries))
		var alerts []prometheus.AlertCase
		for j, a := range g.AlertRuleTests {
			c := prometheus.AlertCase{EvalTime: a.EvalTime.String(), AlertName: a.Alertname, ExpAlerts: []prometheus.ExpAlert{}}
			if j < len(want.AlertRuleTests) && sameDuration("", a.EvalTime, want.AlertRuleTests[j].EvalTime, 0) == nil {
				c.EvalTime = want.AlertRuleTests[j].EvalTime
			}
			for _, e := range a.ExpAlerts {
				c.ExpAlerts = append(c.ExpAlerts, prometheus.ExpAlert{Labels: e.ExpLabels, Annotations: e.ExpAnnotations})
			}
			alerts = append(alerts, c)
		}
		errs = append(errs, differ("alert_rule_test", alerts, want.AlertRuleTests))
		var exprs []prometheus.ExprCase
		for j, e := range g.PromqlExprTests {
			c := prometheus.ExprCase{Expr: e.Expr, EvalTime: e.EvalTime.String()}
			if j < len(want.PromQLExprTests) && sameDuration("", e.EvalTime, want.PromQLExprTests[j].EvalTime, 0) == nil {
				c.EvalTime = want.PromQLExprTests[j].EvalTime
			}
			for _, s := range e.ExpSamples {
				c.ExpSamples = append(c.ExpSamples, prometheus.Sample{Labels: s.Labels, Value: s.Value})
			}
			exprs = append(exprs, c)
		}
		errs = append(errs, differ("promql_expr_test", exprs, want.PromQLExprTests))
	}
	return first(errs)
}

// sameDuration compares a parsed duration with one as written; "" stands for
// the default.
func sameDuration(what string, got model.Duration, want string, unset model.Duration) error {
	w := unset
	if want != "" {
		var err error
		if w, err = model.ParseDuration(want); err != nil {
			return err
		}
	}
	return differ(what, time.Duration(got).String(), time.Duration(w).String())
}

func sameMap(what string, got, want map[string]string) error {
	if maps.Equal(got, want) {
		return nil
	}
	keys := slices.Sorted(maps.Keys(want))
	for _, k := range keys {
		if got[k] != want[k] {
			return fmt.Errorf("%s: %s reads back as %q instead of %q", what, k, got[k], want[k])
		}
	}
	return fmt.Errorf("%s reads back as %v instead of %v", what, got, want)
}

func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
