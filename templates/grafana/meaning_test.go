package grafana

import (
	"bytes"
	"encoding/json"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Thresholds follow from the alert on the same expression or metric, whatever the range of its rate is.
func TestThresholdsOfAlerts(t *testing.T) {
	m := &manifest.Manifest{Alerts: []*manifest.Alert{
		{Expr: `up{job="a"} == 0`, Severity: "critical"},
		{Expr: `sum by (job) (rate(errors_total[5m])) > 0.5`, Severity: "warning"},
		{Expr: `free_bytes < 1e9`, Severity: "page"},
		{Expr: `hot_celsius >= 80`},
		{Expr: `sum(x) / sum(y) > 1 and z`},
		{Expr: `x > bool 3`},
	}}
	all := limits(m)
	for expr, want := range map[string]string{
		`up`:          "red < 1 green",
		`up{job="a"}`: "red < 1 green",
		`sum by (job) (rate(errors_total[$__rate_interval]))`: "green < 1/2 orange",
		`sum by(job)(rate(errors_total[1m]))`:                 "green < 1/2 orange",
		`sum(rate(errors_total[5m]))`:                         "",
		`free_bytes{disk="a"}`:                                "red < 1000000000 green",
		`hot_celsius`:                                         "green < 80 orange",
		`hot_celsius{room=~"$room"}`:                          "green < 80 orange",
		`x`:                                                   "",
		`sum(up)`:                                             "red < 1 green",
		`sum(up{job="three"})`:                                "red, orange < 3 green",
		`sum(up{job="one"})`:                                  "red < 1 green",
		`sum(up{job="three",x="y"})`:                          "red < 1 green",
		`sum by (job) (up{job="three"})`:                      "red < 1 green",
		`sum(x) / sum(y)`:                                     "",
		`topk($n, hot_celsius)`:                               "",
	} {
		p, _ := complete(&manifest.Panel{Type: "timeseries", Targets: []manifest.Target{{Expr: expr}}}, facts{limits: all, targets: map[string]int{"three": 3, "one": 1}})
		got := ""
		if len(p.Thresholds) == 3 {
			got = "red, " + p.Thresholds[1].Color + " < " + p.Thresholds[2].Value.RatString() + " " + p.Thresholds[2].Color
		}
		if len(p.Thresholds) == 2 {
			got = p.Thresholds[0].Color + " < " + p.Thresholds[1].Value.RatString() + " " + p.Thresholds[1].Color
		}
		if got != want {
			t.Errorf("%s: %q, not %q", expr, got, want)
		}
	}
	if l := limits(&manifest.Manifest{Alerts: []*manifest.Alert{{Expr: `up{job="a"} == 0`}}}); l[0].of(parse(`up{job="b"}`)) {
		t.Error("an alert about another job sets thresholds")
	}
}

// What the author set stays; what the queries tell is added.
func TestComplete(t *testing.T) {
	for expr, want := range map[string]string{
		`rate(http_requests_total[5m])`:                                     "reqps 0",
		`sum by (x) (rate(sent_bytes_total[$__rate_interval]))`:             "Bps 0",
		`rate(things_total[5m])`:                                            "ops 0",
		`rate(cpu_seconds_total[5m])`:                                       " 0",
		`histogram_quantile(0.9, sum by (le) (rate(a_seconds_bucket[5m])))`: "s 0",
		`process_resident_memory_bytes{job="a"}`:                            "bytes 0",
		`time() - last_success_timestamp_seconds`:                           " -",
		`delta(room_celsius[5m])`:                                           "celsius -",
		`errors_total / requests_total`:                                     " 0",
		`queue_length`:                                                      " -",
		`up`:                                                                " 0",
		`not valid {`:                                                       " -",
	} {
		p, _ := complete(&manifest.Panel{Type: "timeseries", Targets: []manifest.Target{{Expr: expr}}}, facts{})
		got := p.Unit + " -"
		if p.Min != nil {
			got = p.Unit + " " + p.Min.RatString()
		}
		if got != want {
			t.Errorf("%s: %q, not %q", expr, got, want)
		}
	}
	own := &manifest.Panel{Type: "stat", Unit: "short", Min: big.NewRat(1, 1), Thresholds: []manifest.Threshold{{Color: "blue"}}, Targets: []manifest.Target{{Expr: "up"}}}
	p, up := complete(own, facts{})
	if !up || p.Unit != "short" || p.Min != own.Min || p.Thresholds[0].Color != "blue" {
		t.Errorf("%+v", p)
	}
}

// The layout of JSON changes nothing but spaces.
func TestLayOut(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "a, b: {c}", "\\\"[", "ü{", "long long long long long long long long long long long long long"})
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		leaf := rapid.OneOf(rapid.Map(text, func(s string) any { return s }), rapid.SampledFrom([]any{nil, true, 1.5}))
		if depth == 0 {
			return leaf
		}
		inner := value(depth - 1)
		return rapid.OneOf(leaf,
			rapid.Map(rapid.SliceOfN(inner, 0, 4), func(v []any) any { return v }),
			rapid.Map(rapid.MapOfN(text, inner, 0, 4), func(v map[string]any) any { return v }))
	}
	rapid.Check(t, func(t *rapid.T) {
		src, err := compact(value(4).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		out := layOut(src)
		var back bytes.Buffer
		if err := json.Compact(&back, out); err != nil || back.String() != string(src) {
			t.Fatalf("%s becomes %s", src, out)
		}
	})
}
