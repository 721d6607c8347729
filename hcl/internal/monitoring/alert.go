package monitoring

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func recordSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "record",
		Doc:    "A recording rule: the result of an expression as a new series.",
		Labels: []lang.Label{{Name: "name", Syntax: lang.Metric, Doc: "Name of the series, such as \"job:requests:rate1m\"."}},
		Attrs: []lang.Attr{
			{Name: "expr", Type: lang.String, Required: true, Doc: "The expression, in PromQL."},
			{Name: "labels", Type: lang.StringMap, Doc: "Labels that the series gets."},
			{Name: "group", Type: lang.String, Doc: "Group that it is evaluated in, before the alerts. Default: the system's name."},
		},
		Declare: func(b *lang.Block) any {
			r := &manifest.Record{Origin: b.Origin(), Name: b.Name}
			b.Program().Manifest.Records = append(b.Program().Manifest.Records, r)
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

// group is the rule's group. The system's name is that of rules without one.
func group(b *lang.Block) string {
	if g := b.String("group"); g != "" {
		return g
	}
	if s := b.Program().Manifest.System; s != nil {
		return s.Name
	}
	return ""
}

func alertSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "alert", ForEach: true,
		Doc:    "An alerting rule. Its labels and annotations are templates of Prometheus's and passed on as they are. It gets promtool unit tests: those declared here, or ones derived where the expression is `metric{…} op constant` or `absent(metric{…})`.",
		Labels: lang.Name1("The alert's name."),
		Attrs: []lang.Attr{
			{Name: "expr", Type: lang.String, Required: true, Doc: "The expression, in PromQL; the alert is active for each series that it yields."},
			{Name: "for", Type: lang.Duration, Doc: "How long it must be active to fire."},
			{Name: "keep_firing_for", Type: lang.Duration, Doc: "How long it goes on firing when no longer active."},
			{Name: "severity", Type: lang.String, Doc: "The label severity."},
			{Name: "summary", Type: lang.String, Doc: "The annotation summary: what is wrong, in a line."},
			{Name: "description", Type: lang.String, Doc: "The annotation description: what it means."},
			{Name: "labels", Type: lang.StringMap, Doc: "Further labels."},
			{Name: "annotations", Type: lang.StringMap, Doc: "Further annotations."},
			{Name: "runbook", Type: lang.RefTo("runbook"), Doc: "What to do about it: the annotation runbook names its place in RUNBOOK.md."},
			{Name: "group", Type: lang.String, Doc: "Group that it is evaluated in. Default: the system's name."},
		},
		Blocks: []*lang.BlockSpec{{
			Type: "test", Repeat: true,
			Doc: "A unit test for promtool: series, and whether the alert fires.",
			Attrs: []lang.Attr{
				{Name: "series", Type: lang.StringMap, Required: true, Doc: "Values by series, both in promtool's notation: { \"up{job=\\\"x\\\"}\" = \"0x10\" }."},
				{Name: "at", Type: lang.Duration, Required: true, Doc: "When it is asked whether the alert fires."},
				{Name: "fires", Type: lang.Bool, Default: "true", Doc: "Whether it does."},
				{Name: "interval", Type: lang.Duration, Default: `"1m"`, Doc: "Time between two values of a series."},
				{Name: "labels", Type: lang.StringMap, Doc: "Labels that the firing alert must have."},
			},
		}},
		Declare: func(b *lang.Block) any {
			a := &manifest.Alert{Origin: b.Origin(), Name: b.Name}
			b.Program().Manifest.Alerts = append(b.Program().Manifest.Alerts, a)
			return a
		},
		Decode: decodeAlert,
	}
}

func decodeAlert(b *lang.Block) {
	a := b.Ref.(*manifest.Alert)
	a.Expr, a.ExprRange = b.Filled("expr"), b.AttrRange("expr")
	a.For = b.Duration("for")
	a.KeepFiringFor = b.Duration("keep_firing_for")
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

// notTwice reports entries of a map that an attribute of their own gives too,
// and leaves them out.
func notTwice(b *lang.Block, attr string, entries []manifest.KeyValue, names ...string) []manifest.KeyValue {
	var out []manifest.KeyValue
	for _, kv := range entries {
		twice := kv.Key == "alertname"
		for _, n := range names {
			twice = twice || kv.Key == n && b.Given(n)
		}
		if twice {
			b.Program().Report(ruleTwice.At(kv.Range, "%s gives %q both as an attribute (or its name) and in `%s`. Remove one of the two.", b.Address(), kv.Key, attr))
			continue
		}
		out = append(out, kv)
	}
	return out
}
