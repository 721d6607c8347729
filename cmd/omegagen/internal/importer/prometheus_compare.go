package importer

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v2"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

// CheckPrometheus compares the kit's files of Prometheus with those that the blocks are from, as its own loader reads
// them. Where they differ, the files are kept, and the draft has changed.
func (d *Draft) CheckPrometheus(kitFile func(path string) []byte) (changed bool) {
	if d.monitor == nil {
		return false
	}
	place, err := d.monitor.compare(kitFile(kit.PrometheusConfigPath), kitFile(kit.PrometheusRulesPath))
	if err == nil {
		return false
	}
	d.keepPrometheus(place, err.Error())
	d.make()
	return true
}

// ReplacedPrometheus are the host paths of the files of Prometheus that became blocks. It is an error, which names the
// first difference, if the kit's files don't say the same.
func (d *Draft) ReplacedPrometheus(kitFile func(path string) []byte) ([]string, error) {
	x := d.monitor
	if x == nil {
		return nil, nil
	}
	if place, err := x.compare(kitFile(kit.PrometheusConfigPath), kitFile(kit.PrometheusRulesPath)); err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	var out []string
	for _, in := range x.used {
		out = append(out, x.files[in])
	}
	return out, nil
}

// keepPrometheus keeps the server's files.
func (d *Draft) keepPrometheus(place, why string) {
	key := strings.Join([]string{"prometheus", d.monitor.service}, "\x00")
	d.level[key], d.why[key] = dropped, place+": "+why
}

// monitor leaves out of the models what the kit's own files take the place of.
func (c *comparison) monitor(want, got map[string]any) {
	x := c.d.monitor
	if x == nil {
		return
	}
	before, after := mapOf(at(want, "services", x.service)), mapOf(at(got, "services", x.service))
	before["volumes"] = slices.DeleteFunc(listOf(before["volumes"]), func(v any) bool { return slices.Contains(x.targets, path.Clean(str(at(v, "target")))) })
	after["volumes"] = slices.DeleteFunc(listOf(after["volumes"]), func(v any) bool { return str(at(v, "source")) == path.Join(c.d.s.kit, kit.PrometheusDir) })
	labels := mapOf(after["labels"])
	if delete(labels, compose.FilesLabel); len(labels) == 0 {
		delete(after, "labels")
	}
	for _, f := range retentionFlags {
		v, _ := x.retention(c.d, f.flag)
		for _, m := range []map[string]any{before, after} {
			if v != "" {
				m["command"] = slices.DeleteFunc(slices.Clone(listOf(m["command"])), func(w any) bool { return str(w) == f.flag+"="+v })
			}
		}
	}
	c.choose("monitoring", []string{"services", x.service})
}

// compare finds the first difference, and where it is.
func (x *monitor) compare(file, rules []byte) (place string, err error) {
	got, err := config.Load(string(file), silent)
	if err != nil {
		return x.in["config"], err
	}
	if place, err := x.compareConfig(got); err != nil {
		return place, err
	}
	groups := &rulefmt.RuleGroups{}
	if len(rules) > 0 {
		var errs []error
		if groups, errs = rulefmt.Parse(rules, false, model.LegacyValidation, promQL, silent); len(errs) > 0 {
			return x.in["config"], errors.Join(errs...)
		}
	}
	return x.compareGroups(groups.Groups)
}

// fields are the keys of a value of Prometheus as it writes them.
func fields(v any) map[string]any {
	text, err := yaml.Marshal(v)
	if err != nil {
		return map[string]any{"": err.Error()}
	}
	out := map[string]any{}
	if err := yaml.Unmarshal(text, &out); err != nil {
		return map[string]any{"": err.Error()}
	}
	return out
}

// unequal is the first key in which two values differ, "" if none.
func unequal(want, got map[string]any) string {
	keys := map[string]bool{}
	for k := range want {
		keys[k] = true
	}
	for k := range got {
		keys[k] = true
	}
	for _, k := range sortedKeys(keys) {
		if !reflect.DeepEqual(want[k], got[k]) {
			return k
		}
	}
	return ""
}

// compareConfig compares all but the rule files, which are one now.
func (x *monitor) compareConfig(got *config.Config) (string, error) {
	jobs := map[string]*config.ScrapeConfig{}
	for _, j := range got.ScrapeConfigs {
		jobs[j.JobName] = j
	}
	for _, j := range x.config.ScrapeConfigs {
		y := jobs[j.JobName]
		if y == nil {
			return x.place("job " + j.JobName), fmt.Errorf("The job %q would be missing.", j.JobName)
		}
		a, b := fields(j), fields(y)
		if slices.Contains(x.jobs[j.JobName], j) { // the targets of services have the label
			for _, f := range []map[string]any{a, b} {
				for _, s := range listOf(f["static_configs"]) {
					if m, ok := s.(map[any]any); ok {
						delete(m, "labels")
					}
				}
			}
		}
		if key := unequal(a, b); key != "" {
			return x.place("job " + j.JobName), fmt.Errorf("No block says what the job has as %s.", key)
		}
		delete(jobs, j.JobName)
	}
	for _, name := range sortedKeys(jobs) {
		return x.in["config"], fmt.Errorf("There would be a job %q.", name)
	}
	without := func(c *config.Config) map[string]any {
		y := *c
		y.ScrapeConfigs, y.RuleFiles = nil, nil
		out := fields(&y)
		delete(out, "global")
		for k, v := range fields(&c.GlobalConfig) {
			out["global."+k] = v
		}
		if scheme := "global.metric_name_escaping_scheme"; out[scheme] == config.DefaultGlobalConfig.MetricNameEscapingScheme {
			delete(out, scheme) // as if it were absent
		}
		return out
	}
	if key := unequal(without(x.config), without(got)); key != "" {
		return x.in["config"], fmt.Errorf("No block says what the file has as %s.", key)
	}
	return "", nil
}

// compareGroups compares the rules by group. Their order may differ where no rule reads what another one of the group
// makes.
func (x *monitor) compareGroups(got []rulefmt.RuleGroup) (string, error) {
	made := map[string]rulefmt.RuleGroup{}
	for _, g := range got {
		made[g.Name] = g
	}
	for _, g := range x.groups {
		if len(g.Rules) == 0 {
			continue
		}
		place, y := x.place("group "+g.Name), made[g.Name]
		delete(made, g.Name)
		if g.Interval != y.Interval || g.Limit != y.Limit || len(g.Rules) != len(y.Rules) {
			return place, fmt.Errorf("The group %q would have other settings, or other rules.", g.Name)
		}
		var order []int // of the kit's rules, by those of the file
		for _, r := range g.Rules {
			i := slices.IndexFunc(y.Rules, func(o rulefmt.Rule) bool { return sameRule(r, o) })
			if i < 0 {
				return x.place(ruleName(r)), fmt.Errorf("No block says all of the rule %q.", r.Record+r.Alert)
			}
			order = append(order, i)
		}
		for i, r := range g.Rules {
			for j, other := range g.Rules {
				if i != j && reads(r, other) && (i < j) != (order[i] < order[j]) {
					return x.place(ruleName(r)), fmt.Errorf("The rule %q would be evaluated in another order with %q, which it reads.", r.Record+r.Alert, other.Record+other.Alert)
				}
			}
		}
	}
	for _, name := range sortedKeys(made) {
		return x.in["config"], fmt.Errorf("There would be a group %q.", name)
	}
	return "", nil
}

func ruleName(r rulefmt.Rule) string {
	if r.Record != "" {
		return "record " + r.Record
	}
	return "alert " + r.Alert
}

// sameRule compares rules; spaces around an expression mean nothing.
func sameRule(a, b rulefmt.Rule) bool {
	same := func(x, y map[string]string) bool { return len(x) == 0 && len(y) == 0 || reflect.DeepEqual(x, y) }
	return a.Record == b.Record && a.Alert == b.Alert && strings.TrimSpace(a.Expr) == strings.TrimSpace(b.Expr) && a.For == b.For && a.KeepFiringFor == b.KeepFiringFor &&
		same(a.Labels, b.Labels) && same(a.Annotations, b.Annotations)
}

// reads reports whether a rule may read the series of another one. What selects no metric by its name may read all.
func reads(r, other rulefmt.Rule) bool {
	tree, err := promQL.ParseExpr(r.Expr)
	if err != nil {
		return true
	}
	names := []string{other.Record}
	if other.Alert != "" {
		names = []string{"ALERTS", "ALERTS_FOR_STATE"}
	}
	found := false
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		if v, ok := n.(*parser.VectorSelector); ok {
			matches := !slices.ContainsFunc(v.LabelMatchers, func(m *labels.Matcher) bool {
				return m.Name == model.MetricNameLabel && !slices.ContainsFunc(names, m.Matches)
			})
			found = found || matches
		}
		return nil
	})
	return found
}
