package prometheus

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"
)

// TestComparison: the two forms, and similar expressions with another meaning.
func TestComparison(t *testing.T) {
	for expr, want := range map[string]string{
		"up == 0":                          "up == 0",
		`up{job="x",} != -1.5e3`:           `up{job="x"} != -1500`,
		`up{job=~"a|b",c!~'d'} < .5`:       `up{job=~"a|b",c!~"d"} < 0.5`,
		"a:b{l!=`x`} <= 1_000 # a comment": `a:b{l!="x"} <= 1000`,
		"up{} > 0x10":                      "up > 16",
		"up >= 5m":                         "up >= 300",
		`absent(up{job="x"})`:              `absent(up{job="x"})`,
		"absent (up)":                      "absent(up)",
		"sum == 0":                         "sum == 0",
		"sum(up) == 0":                     "",
		"up == bool 1":                     "",
		"up == 1e400":                      "",
		"up == Inf":                        "",
		"up == NaN":                        "",
		"up + 1":                           "",
		"up and up":                        "",
		"up":                               "",
		"0 == up":                          "",
		"up == up":                         "",
		"up offset 5m == 0":                "",
		"up offset step() == 0":            "",
		"up @ 5 == 0":                      "",
		"up @ start() == 0":                "",
		"absent(up) == 1":                  "",
		"absent(up[5m])":                   "",
		"absent(sum(up))":                  "",
		"count(up)":                        "",
		"abs(up)":                          "",
		`{job="x"} == 0`:                   "",
		`{"a.b"} == 0`:                     "",
		`up{"a.b"="c"} == 0`:               "",
		`up{__name__=~"u.*"} == 0`:         "",
		`up{a="b"}{c="d"} == 0`:            "",
		"up == ":                           "",
		"(up == 0":                         "",
		"up == 0" + strings.Repeat(" + 1", maxExpr): "",
	} {
		c, ok := parseComparison(expr)
		got := ""
		if ok {
			var b strings.Builder
			b.WriteString(c.metric)
			for i, m := range c.matchers {
				b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + m.String())
			}
			if len(c.matchers) > 0 {
				b.WriteString("}")
			}
			got = b.String() + " " + c.op + " " + strconv.FormatFloat(c.constant, 'f', -1, 64)
			if c.absent {
				got = "absent(" + b.String() + ")"
			}
		}
		if got != want {
			t.Errorf("%.40q is read as %q, not %q", expr, got, want)
		}
	}
}

// TestNames: names in strings and comments aren't read.
func TestNames(t *testing.T) {
	got := strings.Join(names("sum by (job) (rate(a:b{c=\"d e\"}[5m])) # f\n / on () g"), " ")
	if want := "sum by job rate a:b c on g"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// FuzzExpand: a certain result of expand is what Prometheus makes of the template.
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

// TestLargeExpr: no input takes more than linear time, and the length of
// strings and comments doesn't count.
func TestLargeExpr(t *testing.T) {
	for unit, want := range map[string]bool{
		`"`: false, "'": false, "`": false, `"'`: false, `\\`: false, "a ": true, "1 ": true, "#": false, "((": true, "é": false, "\"a\"": false, "# a\n": false,
	} {
		if got := LargeExpr(strings.Repeat(unit, 1<<18/len(unit))); got != want {
			t.Errorf("%q: %v", unit, got)
		}
	}
	if fits := strings.Repeat("a", maxExpr-2) + ` + "b"`; LargeExpr(fits+"# c") || !LargeExpr(fits+"cc") {
		t.Error("the limit is elsewhere")
	}
}

func TestInOrder(t *testing.T) {
	reads := map[string][]string{"a": {"b", "c"}, "b": {"c"}, "c": {"a"}}
	got := strings.Join(inOrder([]string{"a", "b", "c", "d"}, func(s string) []string { return reads[s] }), "")
	if got != "cbad" {
		t.Errorf("%s", got)
	}
}
