package grafana

import (
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// A regular expression is for the whole name, or for a part if it is between slashes; what browsers don't read is an error.
func TestBrowserRegexp(t *testing.T) {
	for s, want := range map[string]string{
		`p9[59]`:         `^(?:p9[59])$`,
		`a|b`:            `^(?:a|b)$`,
		`/p9/`:           `p9`,
		`/a\/b/im`:       `(?im)a\/b`,
		`(?<x>a)[(?\]]`:  `^(?:(?<x>a)[(?\]])$`,
		`(?!a)b`:         "unknown",
		`(?<=a)b`:        "unknown",
		`(?i)a`:          "error",
		`(?P<x>a)`:       "error",
		`[[:alpha:]]`:    "error",
		`\pL`:            "error",
		`\Qa`:            "error",
		`/a`:             "error",
		`/a/g`:           "error",
		`//`:             "error",
		``:               "error",
		"a\nb":           "error",
		`(`:              "error",
		`*`:              "error",
		`(?=`:            "error",
		`\\(?:a)`:        `^(?:\\(?:a))$`,
		`2xx \(rate\)`:   `^(?:2xx \(rate\))$`,
		`[/]|/x`:         `^(?:[/]|/x)$`,
		`{{instance}}.*`: `^(?:{{instance}}.*)$`,
	} {
		re, err := browserRegexp(s)
		got := "unknown"
		switch {
		case err != nil:
			got = "error"
		case re != nil:
			got = re.String()
		}
		if got != want {
			t.Errorf("%q: %q, not %q (%v)", s, got, want, err)
		}
	}
}

// Grafana anchors an expression without slashes, but not each alternative: what is written is for the whole name.
func TestExpression(t *testing.T) {
	for s, want := range map[string]string{"a": "a", "a|b": "/^(?:a|b)$/", "/a|b/i": "/a|b/i", "a/b|c": "/^(?:a/b|c)$/"} {
		got := expression(s)
		if got != want {
			t.Errorf("%s: %s", s, got)
		}
		// Grafana's stringToJsRegex, which panics on what it can't split.
		if m := regexp.MustCompile(`^/(.*?)/(g?i?m?y?)$`).FindStringSubmatch(got); strings.HasPrefix(got, "/") && (m == nil || strings.HasPrefix(m[1], "/")) {
			t.Errorf("%s is read as %q", got, m)
		}
	}
}

// What can't match any series is a warning, and only that.
func TestOverrideOfNoSeries(t *testing.T) {
	for _, c := range []struct {
		kind, legends string
		by            manifest.SeriesMatch
		series        string
		none          bool
	}{
		{"timeseries", "a;b", manifest.ByName, "b", false},
		{"timeseries", "a;b", manifest.ByName, "b 2", false}, // the second one of that name
		{"timeseries", "a;b", manifest.ByName, "c", true},
		{"timeseries", "{{x}} p99;$y", manifest.ByName, "in p99", false},
		{"timeseries", "{{x}} p99", manifest.ByName, "in p95", true},
		{"timeseries", "[[y]] (a)", manifest.ByName, "b (a)", false},
		{"timeseries", "${y} (a)", manifest.ByName, "b (b)", true},
		{"timeseries", "a;", manifest.ByName, "c", false}, // names of the labels that differ
		{"table", "a", manifest.ByName, "Time", false},
		{"stat", "a;b", manifest.ByRegexp, "a|b", false},
		{"stat", "a;b", manifest.ByRegexp, "[cd]", true},
		{"stat", "ab", manifest.ByRegexp, "a", true},
		{"stat", "ab", manifest.ByRegexp, "/a/", false},
		{"stat", "ab", manifest.ByRegexp, "(?!x)y", false},
		{"stat", "{{x}} p99", manifest.ByRegexp, "p95", false},
	} {
		p := &manifest.Panel{Type: c.kind}
		for _, l := range strings.Split(c.legends, ";") {
			p.Targets = append(p.Targets, manifest.Target{Expr: "up", Legend: l})
		}
		p.Overrides = []*manifest.Override{{By: c.by, Series: c.series, Color: "red"}}
		out, diags := overrides(p)
		if none := len(diags) > 0; none != c.none || len(out) != 1 {
			t.Errorf("%+v: %v", c, diags)
		}
	}
}

// The percentiles of a histogram are series that can be overridden.
func TestOverrideOfPercentile(t *testing.T) {
	p := &manifest.Panel{Type: "timeseries", Targets: []manifest.Target{{Expr: "api_seconds"}}, Overrides: []*manifest.Override{
		{By: manifest.ByName, Series: "p99", Color: "red"}, {By: manifest.ByName, Series: "p98", Color: "red"}}}
	out, diags := newPanel(p, histogramFacts())
	if len(diags) != 1 || diag.Code(diags[0]) != "OG552" || len(out.FieldConfig.Overrides) != 2 {
		t.Errorf("%v", diags)
	}
}

// What a type of panel hasn't got is an error, and isn't written.
func TestOverrideOfType(t *testing.T) {
	stack := true
	for _, c := range []struct {
		kind  string
		o     manifest.Override
		valid bool
	}{
		{"stat", manifest.Override{Axis: manifest.LeftAxis}, false},
		{"stat", manifest.Override{Hidden: true}, false},
		{"barchart", manifest.Override{Stack: &stack}, false},
		{"heatmap", manifest.Override{Color: "red"}, false},
		{"timeseries", manifest.Override{}, false},
		{"timeseries", manifest.Override{Stack: &stack}, true},
		{"table", manifest.Override{Hidden: true}, true},
	} {
		c.o.By, c.o.Series = manifest.ByName, "a"
		out, diags := overrides(&manifest.Panel{Type: c.kind, Overrides: []*manifest.Override{&c.o}})
		if (len(diags) == 0) != c.valid || (len(out) == 1) != c.valid {
			t.Errorf("%s %+v: %v", c.kind, c.o, diags)
		}
	}
}
