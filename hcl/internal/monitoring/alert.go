package monitoring

import (
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func ruleGroupSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "rule_group", NoRef: true,
		Doc:    "Settings of a group of rules, which records and alerts name in `group`.",
		Labels: []lang.Label{{Name: "name", Syntax: lang.Free, Doc: "The name of the group; the system's name is that of the rules without `group`."}},
		Attrs: []lang.Attr{
			{Name: "interval", Type: lang.Duration, Doc: "How often the group is evaluated. Default: the server's `evaluation_interval`."},
			{Name: "limit", Type: lang.Int, Doc: "The largest number of series that a record, or alerts that an alert, may yield; more is an error of the rule, which then yields none. Default: no limit."},
		},
		Declare: func(b *lang.Block) any {
			g := &manifest.RuleGroup{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.RuleGroups = append(b.Evaluation().Manifest.RuleGroups, g)
			return g
		},
		Decode: func(b *lang.Block) {
			g := b.Ref.(*manifest.RuleGroup)
			g.At = manifest.Ranges{"limit": b.AttrRange("limit"), "interval": b.AttrRange("interval")}
			g.Interval = positive(b, "interval")
			if g.Limit = b.Int("limit"); g.Limit <= 0 && b.Has("limit") && !b.Failed("limit") {
				b.Invalid("limit", "must be greater than zero")
			}
		},
	}
}

func recordSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "record",
		Doc:    "A recording rule, which stores the result of an expression as a new series.",
		Labels: []lang.Label{{Name: "name", Syntax: lang.Metric, Doc: "The name of the series, such as \"job:requests:rate1m\"."}},
		Attrs: []lang.Attr{
			{Name: "expr", Type: lang.String, Required: true, Doc: "The expression, in PromQL."},
			{Name: "labels", Type: lang.StringMap, Doc: "Labels to add to the series."},
			{Name: "group", Type: lang.String, Doc: "The group in which the rule is evaluated, before the alerts. Default: the system's name."},
		},
		Declare: func(b *lang.Block) any {
			r := &manifest.Record{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Records = append(b.Evaluation().Manifest.Records, r)
			return r
		},
		Decode: func(b *lang.Block) {
			r := b.Ref.(*manifest.Record)
			r.Expr, r.ExprRange = b.Filled("expr"), b.AttrRange("expr")
			r.Labels = b.StringMap("labels")
			r.Group = group(b)
		},
	}
}

// group is the rule's group; the system's name if none is set.
func group(b *lang.Block) string {
	if g := b.String("group"); g != "" {
		return g
	}
	if s := b.Evaluation().Manifest.System; s != nil {
		return s.Name
	}
	return ""
}

func alertSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "alert", ForEach: true,
		Doc:    "An alerting rule. Its labels and annotations are Prometheus templates and passed through verbatim. It gets promtool unit tests: those declared here, or derived ones if the expression is `metric{…} op constant` or `absent(metric{…})`.",
		Labels: lang.Name1("The name of the alert."),
		Attrs: []lang.Attr{
			{Name: "expr", Type: lang.String, Required: true, Doc: "The expression, in PromQL; the alert is active for each series in its result."},
			{Name: "for", Type: lang.Duration, Doc: "How long the alert must be active before it fires."},
			{Name: "keep_firing_for", Type: lang.Duration, Doc: "How long the alert keeps firing after it is no longer active."},
			{Name: "severity", Type: lang.String, Doc: "The label `severity`."},
			{Name: "summary", Type: lang.String, Doc: "The annotation `summary`: what is wrong, in one line."},
			{Name: "description", Type: lang.String, Doc: "The annotation `description`: what it means."},
			{Name: "labels", Type: lang.StringMap, Doc: "Additional labels."},
			{Name: "annotations", Type: lang.StringMap, Doc: "Additional annotations."},
			{Name: "runbook", Type: lang.RefTo("runbook"), Doc: "The runbook for the alert; the annotation `runbook` links to its section of RUNBOOK.md."},
			{Name: "group", Type: lang.String, Doc: "The group in which the rule is evaluated. Default: the system's name."},
		},
		Blocks: []*lang.BlockSpec{{
			Type:   "test",
			Habits: map[string]string{"expect": "Write fires = false for an alert that must not fire."},
			Repeat: true,
			Doc:    "A unit test for promtool: series, and whether the alert fires.",
			Attrs: []lang.Attr{
				{Name: "series", Type: lang.StringMap, Required: true, Doc: "Values by series, both in promtool's notation: { \"up{job=\\\"x\\\"}\" = \"0x10\" }."},
				{Name: "at", Type: lang.Duration, Required: true, Doc: "The time at which the test checks whether the alert fires."},
				{Name: "fires", Type: lang.Bool, Default: "true", Doc: "Whether the alert must fire."},
				{Name: "interval", Type: lang.Duration, Default: `"1m"`, Doc: "The time between two values of a series."},
				{Name: "labels", Type: lang.StringMap, Doc: "The labels that the firing alert must have."},
			},
		}},
		Declare: func(b *lang.Block) any {
			a := &manifest.Alert{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Alerts = append(b.Evaluation().Manifest.Alerts, a)
			return a
		},
		Decode: decodeAlert,
	}
}

// alertDefaults completes alerts with the system's defaults for them.
func alertDefaults(p *lang.Evaluation) {
	var d *lang.Block
	for _, s := range p.Blocks("system") {
		if all := s.Block("defaults"); all != nil && d == nil {
			d = all.Block("alert")
		}
	}
	if d == nil {
		return
	}
	labels := notTwice(d, "labels", d.StringMap("labels"))
	annotations := notTwice(d, "annotations", d.StringMap("annotations"))
	keep := positive(d, "keep_firing_for")
	for _, a := range p.Manifest.Alerts {
		a.Labels = fill(a.Labels, labels, map[string]string{"severity": a.Severity})
		runbook := ""
		if a.Runbook != nil {
			runbook = a.Runbook.Name
		}
		a.Annotations = fill(a.Annotations, annotations, map[string]string{"summary": a.Summary, "description": a.Description, "runbook": runbook})
		if keep > 0 && !a.KeepSet {
			a.KeepFiringFor, a.KeepRange = keep, d.AttrRange("keep_firing_for")
		}
	}
}

// fill adds the defaults that neither the entries nor the arguments of that name set.
func fill(entries, defaults []manifest.KeyValue, arguments map[string]string) []manifest.KeyValue {
	out := slices.Clone(entries)
	for _, d := range defaults {
		own := func(kv manifest.KeyValue) bool { return kv.Key == d.Key }
		if arguments[d.Key] == "" && !slices.ContainsFunc(entries, own) {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b manifest.KeyValue) int { return strings.Compare(a.Key, b.Key) })
	return out
}

func decodeAlert(b *lang.Block) {
	a := b.Ref.(*manifest.Alert)
	a.Expr, a.ExprRange = b.Filled("expr"), b.AttrRange("expr")
	a.For = b.Duration("for")
	a.KeepFiringFor, a.KeepRange = b.Duration("keep_firing_for"), b.AttrRange("keep_firing_for")
	a.KeepSet = b.Has("keep_firing_for")
	a.Severity, a.SeverityRange = b.String("severity"), b.AttrRange("severity")
	a.Summary, a.SummaryRange = b.String("summary"), b.AttrRange("summary")
	a.Description, a.DescriptionRange = b.String("description"), b.AttrRange("description")
	a.Labels = b.StringMap("labels")
	a.Annotations = b.StringMap("annotations")
	a.Group = group(b)
	if r, ok := lang.Ref[*manifest.Runbook](b, "runbook"); ok {
		a.Runbook = r.Value
	}
	a.Labels = notTwice(b, "labels", a.Labels, "severity")
	a.Annotations = notTwice(b, "annotations", a.Annotations, "summary", "description", "runbook")
	for _, tb := range b.Blocks("test") {
		a.Tests = append(a.Tests, &manifest.AlertTest{
			Series:   tb.StringMap("series"),
			Interval: positive(tb, "interval"),
			At:       tb.Duration("at"),
			Fires:    tb.Bool("fires"),
			Labels:   tb.StringMap("labels"),
			Range:    tb.Range,
		})
	}
}

// alertsOf says which alerts a block is about.
func alertsOf(b *lang.Block) string {
	if b.Name == "" {
		return "each alert"
	}
	return b.Address()
}

// notTwice reports entries of a map that an argument also sets, and leaves them out.
func notTwice(b *lang.Block, attr string, entries []manifest.KeyValue, names ...string) []manifest.KeyValue {
	var out []manifest.KeyValue
	for _, kv := range entries {
		twice := kv.Key == "alertname"
		for _, n := range names {
			twice = twice || kv.Key == n && b.Given(n)
		}
		if twice {
			if kv.Key == "alertname" {
				b.Evaluation().Report(ruleTwice.At(kv.Range, "The name of %s is its label alertname, so `%s` can't set another one. Remove it.", alertsOf(b), attr))
				continue
			}
			b.Evaluation().Report(ruleTwice.At(kv.Range, "%s sets %q both with the argument `%s` and in `%s`. Remove one of the two.", b.Address(), kv.Key, kv.Key, attr))
			continue
		}
		out = append(out, kv)
	}
	return out
}
