package prometheus

import (
	"context"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/template"
)

// FuzzComparison: what is taken for one of the two shapes is to Prometheus the
// same, down to the matchers and the constant.
func FuzzComparison(f *testing.F) {
	for _, s := range []string{
		"up == 0", `up{job="x"} == 0`, `up{job="x",} != -1.5e3`, `absent(up{job=~"a|b",c!~"d"})`, "up{} >= .5", "a:b{l='x'} < 1.", "up # comment\n== 0",
		"sum == 0", "absent == 1", "up == bool 1", "up == 0x10", "up > 5m", "up > 1e400", "inf == 0", "up == Inf", "absent(up) == 1", "offset == 1", "up{job=`x`} <= 1_000",
		"on > 1", "up\u00a0== 0", "UP == 0", "and == 1", "BOOL == 1", "up == 1 # x", "step() > 1", "up == 09", "up{__name__=\"x\"} == 0", "up{a=\"b\"}{c=\"d\"} == 1", "(up) == 1",
	} {
		f.Add(s)
	}
	p := parser.NewParser(parser.Options{})
	f.Fuzz(func(t *testing.T, expr string) {
		c, ok := parseComparison(expr)
		if !ok {
			return
		}
		tree, err := p.ParseExpr(expr)
		if err != nil {
			t.Fatalf("%q is read, but isn't PromQL: %v", expr, err)
		}
		var selector *parser.VectorSelector
		switch tree := tree.(type) {
		case *parser.Call:
			if !c.absent || tree.Func.Name != "absent" {
				t.Fatalf("%q is a call of %s", expr, tree.Func.Name)
			}
			selector = tree.Args[0].(*parser.VectorSelector)
		case *parser.BinaryExpr:
			right := tree.RHS
			sign := 1.0
			if u, ok := right.(*parser.UnaryExpr); ok {
				sign, right = -1, u.Expr
			}
			if v := sign * right.(*parser.NumberLiteral).Val; c.absent || tree.ReturnBool || tree.Op.String() != c.op || v != c.constant || math.IsNaN(v) {
				t.Fatalf("%q is %s, not %+v", expr, tree, c)
			}
			selector = tree.LHS.(*parser.VectorSelector)
		default:
			t.Fatalf("%q is a %T", expr, tree)
		}
		if selector.Name != c.metric || selector.OriginalOffset != 0 || len(selector.LabelMatchers) != len(c.matchers)+1 {
			t.Fatalf("%q is %s, not %+v", expr, selector, c)
		}
		for i, m := range c.matchers {
			got := selector.LabelMatchers[i]
			if got.Name != m.label || got.Type.String() != m.op || got.Value != m.value {
				t.Fatalf("%q: %s is read as %+v", expr, got, m)
			}
			for _, v := range []string{"", "a", "x", "a\nb", m.value} {
				if got.Matches(v) != m.matches(v) {
					t.Fatalf("%q: %s and %q", expr, got, v)
				}
			}
		}
	})
}

// FuzzExpand: what is told of a template is what Prometheus makes of it.
func FuzzExpand(f *testing.F) {
	for _, s := range []string{
		"plain", "{{ $labels.instance }} is down", "{{ $value }}", "{{ $value | humanize }}", "{{ printf \"%.2f\" $value }}", "{{ .Labels.job }}", "{{ .Value }}",
		"{{ humanizePercentage $value }}", "{{ $labels.nope }}!", "{{ if eq $labels.job \"x\" }}a{{ else }}b{{ end }}", "{{ $labels }}", "{{ . }}", "{{ range $k, $v := $labels }}{{ $k }}{{ end }}",
		"{{ $labels.job | toUpper | printf \"%s-%s\" \"a\" }}", "{{ define \"x\" }}y{{ end }}{{ template \"x\" }}", "{{ with $labels }}{{ .job }}{{ end }}", "{{", "{{/* c */}}", "{{- $value -}} x",
		"{{ $externalLabels.cluster }}", "{{ len $labels.job }}", "{{ $value | humanizeDuration }}", "{{ query \"up\" | first | value }}", "{{ html $labels.job }}", "{{ not $value }}", "{{ $x := 1 }}{{ $x }}",
		"{{ $value.x }}", "{{ $labels.job.x }}", "{{ index $labels \"job\" }}", "{{ humanize \"5\" }}", "{{ humanize 3 }}", "{{ and $value 1 }}", "{{ gt $value 1.0 }}", "{{ break }}", "{{ (.Labels).job }}", "{{ call $value }}", "{{ externalURL }}",
	} {
		f.Add(s, 0.05)
		f.Add(s, 1234567.0)
		f.Add(s, -2.0)
	}
	f.Fuzz(func(t *testing.T, text string, value float64) {
		data := expansion{Labels: map[string]string{"job": "x", "instance": "a:1", "__name__": "up"}, ExternalLabels: map[string]string{"cluster": "<c>"}, Value: value}
		got, ok := expand(text, data)
		if !ok {
			return
		}
		preamble := "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"
		sample := promql.Sample{F: value, Metric: labels.FromMap(data.Labels)}
		e := template.NewTemplateExpander(context.Background(), preamble+text, "t", template.AlertTemplateData(data.Labels, data.ExternalLabels, "", sample), model.Time(0), nil, &url.URL{}, nil)
		want, err := e.Expand()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got != want {
			t.Fatalf("%q expands to %q, not %q", text, want, got)
		}
	})
}

// TestScan: nothing is lost, and no input takes more than linear time.
func TestScan(t *testing.T) {
	for _, unit := range []string{`"`, "'", "`", `"'`, `\`, "a ", "1.", "#", "((", "{{", "é"} {
		expr := strings.Repeat(unit, 1<<18/len(unit))
		if list := scan(expr); len(list) == 0 && !strings.HasPrefix(unit, "#") {
			t.Errorf("%q: nothing", unit)
		}
	}
}

func TestInOrder(t *testing.T) {
	reads := map[string][]string{"a": {"b", "c"}, "b": {"c"}, "c": {"a"}}
	got := strings.Join(inOrder([]string{"a", "b", "c", "d"}, func(s string) []string { return reads[s] }), "")
	if got != "cbad" {
		t.Errorf("%s", got)
	}
}
