package quote_test

import (
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/internal/quote"
)

// FuzzPromQLString checks the quoting with Prometheus's own parser: every UTF-8 string, as the value
// of a label, is read back unchanged, in a selector and in the notation of unit tests, and never spans
// lines.
func FuzzPromQLString(f *testing.F) {
	for _, s := range []string{
		"", "plain", `a"b`, `a\b`, "`", "'", "a\nb", "a\tb\r", "$(touch x)", "${y}", "{{.}}", "$$", "ümläut 日本",
		"\x00\x01\x7f", "\u0085\u2028\u2029", "}", `",x="`, "\\", `\"`, "\xff", "# no comment",
	} {
		f.Add(s)
	}
	p := parser.NewParser(parser.Options{})
	f.Fuzz(func(t *testing.T, s string) {
		want := string([]rune(s)) // each byte that isn't UTF-8 is U+FFFD
		q := quote.PromQLString(s)
		if strings.ContainsAny(q, "\n\r\u0085\u2028\u2029") {
			t.Fatalf("%q spans lines", q)
		}
		matchers, err := p.ParseMetricSelector("up{job=" + q + "}")
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if got := matchers[0].Value; got != want {
			t.Fatalf("%s is read as %q, want %q", q, got, want)
		}
		for _, values := range [][]string{{s}, {"a", s}, {s, "b|c"}} {
			ms, err := p.ParseMetricSelector("up{" + quote.PromQLMatcher("job", values) + "}")
			if err != nil {
				t.Fatalf("%q: %v", values, err)
			}
			if !ms[0].Matches(want) || ms[0].Matches(want+"x") || len(values) > 1 && ms[0].Matches("c") != (want == "c") {
				t.Fatalf("%q: %s matches something else", values, ms[0])
			}
		}
		lset, _, err := p.ParseSeriesDesc(quote.PromQLSelector("up", map[string]string{"job": s, "a": "x"}) + " 0x10")
		if err != nil {
			t.Fatal(err)
		}
		if got := lset.Get("job"); got != want {
			t.Fatalf("series: %q, want %q", got, want)
		}
		if back, ok := quote.PromQLUnquote(q); ok && back != want {
			t.Fatalf("unquoted to %q, want %q", back, want)
		}
	})
}

// FuzzPromQLUnquote: an accepted literal means the same to Prometheus.
func FuzzPromQLUnquote(f *testing.F) {
	for _, s := range []string{`"a"`, `'a'`, "`a`", `"a\"b"`, `'a\'b'`, `"\n"`, `"\x41"`, `"\u2028"`, `"\ud800"`, `"\xff"`, `"\u0"`, `"`, `""`, `"a"b"`, "'\"'", "`a\rb`", `"\'"`, "\"a\nb\""} {
		f.Add(s)
	}
	p := parser.NewParser(parser.Options{})
	f.Fuzz(func(t *testing.T, literal string) {
		s, ok := quote.PromQLUnquote(literal)
		if !ok {
			return
		}
		matchers, err := p.ParseMetricSelector("up{job=" + literal + "}")
		if err != nil {
			t.Fatalf("%q is not a literal: %v", literal, err)
		}
		if matchers[0].Value != s {
			t.Fatalf("%q is read as %q, not %q", literal, matchers[0].Value, s)
		}
	})
}

func TestPromQLSelector(t *testing.T) {
	p := parser.NewParser(parser.Options{})
	for _, name := range []string{"up", "job:x:rate1m", "9up", "a.b", "ünï", ""} {
		lset, _, err := p.ParseSeriesDesc(quote.PromQLSelector(name, map[string]string{"b": "1", "a": "2"}) + " 1")
		if name == "" {
			continue
		}
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if want := labels.FromStrings("__name__", name, "a", "2", "b", "1"); !labels.Equal(lset, want) {
			t.Errorf("%q: %v, want %v", name, lset, want)
		}
	}
	if got, want := quote.PromQLSelector("up", nil), "up"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
