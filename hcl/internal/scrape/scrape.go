// Package scrape reads what the scrapes of services and those of other targets have in common.
package scrape

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// actions are Prometheus's, and what each does.
var actions = []string{"replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase"}

// Relabels are the blocks relabel and metric_relabel.
func Relabels() []*lang.BlockSpec {
	spec := func(typ, doc string) *lang.BlockSpec {
		return &lang.BlockSpec{Type: typ, Repeat: true, Doc: doc, Attrs: []lang.Attr{
			{Name: "source_labels", Type: lang.Strings, Doc: "The labels whose values are joined and matched."},
			{Name: "separator", Type: lang.String, Doc: "What joins them. Default: the server's, \";\"."},
			{Name: "regex", Type: lang.String, Doc: "The regular expression that all of it must match. Default: the server's, \"(.*)\"."},
			{Name: "modulus", Type: lang.Int, Doc: "hashmod: the number of values."},
			{Name: "target_label", Type: lang.String, Doc: "The label that is set."},
			{Name: "replacement", Type: lang.String, Doc: "What it is set to, with $1 for the first group. Default: the server's, \"$1\"."},
			{Name: "action", Type: lang.String, Values: actions, Doc: "What is done. Default: the server's, replace."},
		}}
	}
	return []*lang.BlockSpec{
		spec("relabel", "A step that changes the labels of targets before they are scraped, in source order; Prometheus's `relabel_configs`."),
		spec("metric_relabel", "A step that changes or drops series after each scrape, in source order; Prometheus's `metric_relabel_configs`."),
	}
}

// Relabel reads the steps of a type.
func Relabel(b *lang.Block, typ string) []*manifest.Relabel {
	var out []*manifest.Relabel
	for _, r := range b.Blocks(typ) {
		x := &manifest.Relabel{Origin: r.Origin(), SourceLabels: r.Strings("source_labels"), Regex: r.String("regex"), Modulus: r.Int("modulus"), TargetLabel: r.String("target_label"),
			Action: r.String("action"), At: manifest.Ranges{}}
		for name, to := range map[string]**string{"separator": &x.Separator, "replacement": &x.Replacement} {
			if r.Has(name) {
				v := r.String(name)
				*to = &v
			}
		}
		for _, name := range []string{"source_labels", "regex", "modulus", "target_label", "action"} {
			x.At[name] = r.AttrRange(name)
		}
		if x.Modulus <= 0 && r.Has("modulus") && !r.Failed("modulus") {
			r.Invalid("modulus", "must be greater than zero")
		}
		out = append(out, x)
	}
	return out
}

// ExportsAttr is the argument `exports`.
func ExportsAttr() lang.Attr {
	return lang.Attr{Name: "exports", Type: lang.StringMap, Doc: "The metrics and their types: counter, gauge, histogram, summary or untyped. PromQL expressions are checked against them."}
}

// Exports reads the argument `exports`.
func Exports(b *lang.Block, r *diag.Rule) []manifest.Metric {
	var out []manifest.Metric
	p := b.Evaluation()
	for _, kv := range b.StringMap("exports") {
		if !metricName(kv.Key) {
			p.Errorf(r, kv.Range, "%q is not a valid metric name. Use letters, digits, underscores and colons, and don't start with a digit.", kv.Key)
			continue
		}
		if types := []string{"counter", "gauge", "histogram", "summary", "untyped"}; !slices.Contains(types, kv.Value) {
			hint := ""
			if s := p.Suggest(kv.Value, types); s != "" {
				hint = " Did you mean \"" + s + "\"?"
			}
			p.Errorf(r, kv.Range, "%q is not a valid metric type; use counter, gauge, histogram, summary or untyped.%s", kv.Value, hint)
			continue
		}
		out = append(out, manifest.Metric{Name: kv.Key, Type: kv.Value})
	}
	return out
}

func metricName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':' || i > 0 && '0' <= c && c <= '9') {
			return false
		}
	}
	return s != ""
}
