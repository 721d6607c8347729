package prometheus

import (
	"sort"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
)

// Rules is rules.yml.
type Rules struct {
	Groups []Group `yaml:"groups,spaced"`
}

// Group is rules that are evaluated in sequence: records before the alerts, each
// record after those that it reads.
type Group struct {
	Name     string `yaml:"name"`
	Interval string `yaml:"interval,omitempty"`
	Limit    int    `yaml:"limit,omitempty"`
	Rules    []Rule `yaml:"rules,spaced"`
}

// Rule is a recording or an alerting rule.
type Rule struct {
	Record        string            `yaml:"record,omitempty"`
	Alert         string            `yaml:"alert,omitempty"`
	Expr          string            `yaml:"expr"`
	For           string            `yaml:"for,omitempty"`
	KeepFiringFor string            `yaml:"keep_firing_for,omitempty"`
	Labels        map[string]string `yaml:"labels,omitempty"`
	Annotations   map[string]string `yaml:"annotations,omitempty"`
}

// newRules makes the groups in order of name.
func newRules(m *manifest.Manifest) (*Rules, hcl.Diagnostics) {
	d := &durations{}
	var diags hcl.Diagnostics
	groups := map[string]*Group{}
	var names []string
	group := func(name string) *Group {
		if name == "" {
			name = m.System.Name
		}
		if groups[name] == nil {
			groups[name] = &Group{Name: name}
			names = append(names, name)
		}
		return groups[name]
	}
	for _, r := range orderRecords(m.Records) {
		if !quote.PromQLMetricName(r.Name) {
			diags = append(diags, ruleBadName.At(r.Range, "%q is not a valid metric name, which a recording rule requires. Use letters, digits, _ and :, and don't start with a digit.", r.Name))
		}
		diags = append(diags, labelNames(r.Labels, r.Range)...)
		g := group(r.Group)
		g.Rules = append(g.Rules, Rule{Record: r.Name, Expr: r.Expr, Labels: keyValues(r.Labels)})
	}
	for _, a := range sortedAlerts(m) {
		diags = append(diags, labelNames(a.Labels, a.Range)...)
		diags = append(diags, labelNames(a.Annotations, a.Range)...)
		g := group(a.Group)
		g.Rules = append(g.Rules, Rule{
			Alert:         a.Name,
			Expr:          a.Expr,
			For:           d.optional(a.For, a.Range, "for"),
			KeepFiringFor: d.optional(a.KeepFiringFor, a.Range, "keep_firing_for"),
			Labels:        alertLabels(a),
			Annotations:   alertAnnotations(m, a),
		})
	}
	for _, s := range m.RuleGroups {
		g := groups[s.Name]
		if g == nil {
			diags = append(diags, ruleEmptyGroup.At(s.Range, "No record or alert has group = %s, so the settings apply to none. Compare the name with the groups of the rules: %s.", strconv.Quote(s.Name), text.List(names)))
			continue
		}
		g.Interval, g.Limit = d.optional(s.Interval, s.Range, "interval"), s.Limit
	}
	sort.Strings(names)
	rules := &Rules{}
	for _, n := range names {
		rules.Groups = append(rules.Groups, *groups[n])
	}
	diags = append(diags, duplicateRules(m)...)
	return rules, append(diags, d.diags...)
}

func sortedAlerts(m *manifest.Manifest) []*manifest.Alert {
	out := append([]*manifest.Alert(nil), m.Alerts...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// alertLabels are the declared labels and the severity.
func alertLabels(a *manifest.Alert) map[string]string {
	out := keyValues(a.Labels)
	if a.Severity != "" {
		if out == nil {
			out = map[string]string{}
		}
		out["severity"] = a.Severity
	}
	return out
}

// alertAnnotations are the declared annotations, summary and description, and the
// runbook's place in the kit.
func alertAnnotations(m *manifest.Manifest, a *manifest.Alert) map[string]string {
	out := keyValues(a.Annotations)
	set := func(k, v string) {
		if v == "" {
			return
		}
		if out == nil {
			out = map[string]string{}
		}
		out[k] = v
	}
	set("summary", a.Summary)
	set("description", a.Description)
	if a.Runbook != nil {
		set("runbook", m.KitPath(kit.RunbookPath)+"#"+a.Runbook.Name)
		if out["runbook_url"] == "" { // the alert's own
			set("runbook_url", a.RunbookURL)
		}
	}
	return out
}

// orderRecords sorts recording rules by name, but each after those whose series it
// reads, because the rules of a group see each other's results in order. Rules in a
// cycle stay sorted by name.
func orderRecords(records []*manifest.Record) []*manifest.Record {
	sorted := append([]*manifest.Record(nil), records...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Name < sorted[j].Name })
	byName := map[string][]*manifest.Record{}
	for _, r := range sorted {
		byName[r.Name] = append(byName[r.Name], r)
	}
	return inOrder(sorted, func(r *manifest.Record) []*manifest.Record {
		var out []*manifest.Record
		for _, name := range names(r.Expr) {
			out = append(out, byName[name]...)
		}
		return out
	})
}

// inOrder moves each item after those that it reads, and otherwise keeps the order.
func inOrder[T comparable](items []T, reads func(T) []T) []T {
	out := make([]T, 0, len(items))
	visited := map[T]bool{}
	var visit func(T)
	visit = func(item T) {
		if visited[item] {
			return
		}
		visited[item] = true
		for _, other := range reads(item) {
			visit(other)
		}
		out = append(out, item)
	}
	for _, item := range items {
		visit(item)
	}
	return out
}

// duplicateRules reports rules that write the same series.
func duplicateRules(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]string{}
	check := func(key, address string, at hcl.Range) {
		if other, ok := seen[key]; ok {
			diags = append(diags, ruleDuplicateRule.At(at, "%s produces the same series as %s. Change the name or a label of one of them.", address, other))
			return
		}
		seen[key] = address
	}
	for _, r := range m.Records {
		check("record "+quote.PromQLSelector(r.Name, keyValues(r.Labels)), r.Address, r.Range)
	}
	for _, a := range m.Alerts {
		check("alert "+a.Group+"\x00"+a.Expr+"\x00"+quote.PromQLSelector(a.Name, alertLabels(a)), a.Address, a.Range)
	}
	return diags
}

// ruleSources are the addresses that the rules, or the tests, come from.
func ruleSources(m *manifest.Manifest, records bool) []string {
	var out []string
	for _, a := range m.Alerts {
		out = append(out, a.Address)
	}
	if records {
		for _, r := range m.Records {
			out = append(out, r.Address)
		}
	}
	sort.Strings(out)
	return out
}
