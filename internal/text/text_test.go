package text_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/internal/text"
)

func rat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatal(s)
	}
	return r
}

func TestNumber(t *testing.T) {
	for in, want := range map[string]string{
		"7/4": "1.75", "42": "42", "-3/2": "-1.5", "1/10": "0.1", "0": "0", "1e-20": "0.00000000000000000001",
		"0.1234567890123456": "0.1234567890123456", "1.50": "1.5", "1e30": "1000000000000000000000000000000",
		"1/3": "0.33333333333333333", "-2/3": "-0.66666666666666667",
	} {
		if got := text.Number(rat(t, in)); got != want {
			t.Errorf("%s is written as %s, not %s", in, got, want)
		}
	}
}

func TestRounded(t *testing.T) {
	for _, c := range []struct {
		in       string
		decimals int
		want     string
	}{{"1/3", 2, "0.33"}, {"2/3", 2, "0.67"}, {"1", 2, "1"}, {"1/2", 2, "0.5"}, {"5/1000", 2, "0.01"}, {"-1/1000", 2, "0"},
		{"-1/3", 1, "-0.3"}, {"100", 0, "100"}, {"199/2", 0, "100"}} {
		if got := text.Rounded(rat(t, c.in), c.decimals); got != c.want {
			t.Errorf("%s to %d decimals is %s, not %s", c.in, c.decimals, got, c.want)
		}
	}
}

// checkNumber checks the guarantees of Number for a decimal.
func checkNumber(t testing.TB, r *big.Rat) {
	s := text.Number(r)
	if back, ok := new(big.Rat).SetString(s); !ok || back.Cmp(r) != 0 {
		t.Fatalf("%s is written as %s", r, s)
	}
	whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if strings.ContainsAny(s, "/e") || strings.HasSuffix(part, "0") || strings.HasSuffix(s, ".") || len(whole) > 1 && whole[0] == '0' || whole == "" {
		t.Fatalf("%s isn't the shortest text", s)
	}
}

func TestNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`-?[0-9]{1,40}(\.[0-9]{1,60})?(e-?[0-9]{1,2})?`).Draw(t, "number")
		r, ok := new(big.Rat).SetString(digits)
		if !ok {
			t.Fatal(digits)
		}
		if s := text.Number(r); len(s) > 300 {
			t.Fatalf("%s grew to %s", digits, s)
		}
		back, ok := new(big.Rat).SetString(text.Number(r))
		if !ok || back.Cmp(r) != 0 {
			t.Fatalf("%s is written as %s", digits, text.Number(r))
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add("1.75")
	f.Add("-0.1234567890123456789")
	f.Add("1e-40")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 100 || strings.ContainsAny(s, "eEpP/") && len(s) > 12 {
			return // SetString would take long
		}
		r, ok := new(big.Rat).SetString(s)
		if !ok {
			return
		}
		if _, exact := r.FloatPrec(); exact {
			checkNumber(t, r)
		}
	})
}

func TestDuration(t *testing.T) {
	for in, want := range map[string][2]string{
		"90s": {"1m30s", "1 min 30 s"}, "1h30m": {"1h30m", "1 h 30 min"}, "2h": {"2h", "2 h"}, "0s": {"0s", "0 s"}, "1.5s": {"1s500ms", "1 s 500 ms"},
		"3601s": {"1h1s", "1 h 1 s"}, "500ms": {"500ms", "500 ms"}, "-90s": {"-1m30s", "-1 min 30 s"}, "24h": {"24h", "24 h"}, "1001ns": {"1us1ns", "1 µs 1 ns"},
	} {
		d, err := time.ParseDuration(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{text.Duration(d), text.SpacedDuration(d)}; got != want {
			t.Errorf("%s is written as %q, not %q", in, got, want)
		}
	}
}

func TestOneUnit(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Hour: "1h", 90 * time.Minute: "90m", time.Minute: "1m", 90 * time.Second: "90s", 1500 * time.Millisecond: "1500ms", 0: "0s"} {
		if got := text.OneUnit(d); got != want {
			t.Errorf("%s: %s", d, got)
		}
	}
}

func FuzzDuration(f *testing.F) {
	for _, d := range []int64{0, 1, -1, math.MinInt64, math.MaxInt64, int64(90 * time.Second), int64(1500 * time.Millisecond)} {
		f.Add(d)
	}
	f.Fuzz(func(t *testing.T, n int64) {
		d := time.Duration(n)
		if back, err := time.ParseDuration(text.Duration(d)); err != nil || back != d {
			t.Fatalf("%d ns is written as %s: %v", n, text.Duration(d), err)
		}
		one := text.OneUnit(d)
		if back, err := time.ParseDuration(one); err != nil || back != d || strings.ContainsAny(strings.TrimRight(one, "hmnsu"), "hmnsu") {
			t.Fatalf("%d ns is written as %s: %v", n, one, err)
		}
		compact := strings.NewReplacer(" ", "", "min", "m").Replace(text.SpacedDuration(d))
		if back, err := time.ParseDuration(compact); err != nil || back != d {
			t.Fatalf("%d ns is written as %s: %v", n, text.SpacedDuration(d), err)
		}
	})
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0", 1: "1", time.Second: "1", time.Second + 1: "2", 90 * time.Second: "90",
		-time.Millisecond: "0", math.MaxInt64: "9223372037"} {
		if got := text.Seconds(d); got != want {
			t.Errorf("%s is %s seconds, not %s", d, got, want)
		}
	}
	if got := text.Number(text.ExactSeconds(1500 * time.Millisecond)); got != "1.5" {
		t.Error(got)
	}
}

func TestQuoted(t *testing.T) {
	if got := text.List(text.Quoted([]string{"a", `b"`})); got != `"a" and "b\""` {
		t.Error(got)
	}
}

func TestCount(t *testing.T) {
	for want, got := range map[string]string{
		"1 step": text.Count(1, "step"), "0 steps": text.Count(0, "step"), "2 success criteria": text.Count(2, "success criterion"),
		"3 entries": text.Count(3, "entry"), "3 days": text.Count(3, "day"), "2 indexes": text.Count(2, "index"), "2 matches": text.Count(2, "match"),
		"-1 steps": text.Count(-1, "step"), "1 success criterion": text.Count(1, "success criterion"), "2 classes": text.Count(2, "class"),
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestList(t *testing.T) {
	words := strings.Fields("a b c d e f g h i j k l m n o")
	for n, want := range map[int][2]string{
		0: {"", ""}, 1: {"a", "a"}, 2: {"a and b", "a or b"}, 3: {"a, b and c", "a, b or c"},
		13: {"a, b, c, d, e, f, g, h, i, j, k, l and m", "a, b, c, d, e, f, g, h, i, j, k, l or m"},
		14: {"a, b, c, d, e, f, g, h, i, j, k, l and 2 more", "a, b, c, d, e, f, g, h, i, j, k, l or 2 others"},
	} {
		if got := [2]string{text.List(words[:n]), text.OrList(words[:n])}; got != want {
			t.Errorf("%d words are %q, not %q", n, got, want)
		}
	}
	if words[12] != "m" {
		t.Error("the caller's words were written over")
	}
}

func TestNearest(t *testing.T) {
	names := []string{"service", "secret", "network", "volume", "ab", "b", "abcdefghijkl", "größe"}
	for name, want := range map[string]string{
		"servcie": "service", "sevrice": "service", "services": "service", "service": "", "nothing_like": "", "netwrk": "network", "ba": "ab",
		"xyz": "", "grösse": "größe", "scret": "secret", "": "", strings.Repeat("x", 300): "",
	} {
		if got := text.Nearest(name, names); got != want {
			t.Errorf("%q is near %q, not %q", name, got, want)
		}
	}
	question, fix := text.DidYouMean("servcie", names)
	if question != ` Did you mean "service"?` || fix != "service" {
		t.Error(question, fix)
	}
	if question, fix := text.DidYouMean("zzz", names); question+fix != "" {
		t.Error(question, fix)
	}
	if got := text.NearestOf("image1", []string{"image3", "image2", "other", "image", "image2", "images12"}, 3); !slices.Equal(got, []string{"image", "image2", "image3"}) {
		t.Error(got)
	}
}

func TestSlip(t *testing.T) {
	for name, want := range map[string]string{
		"PASSWROD": "PASSWORD", "PASSWORDS": "PASSWORD", "PASWRD": "", "POSTGRES_PASWRD": "POSTGRES_PASSWORD", "POSTGRES_PAWRD": "", "PASSWORD": "",
	} {
		if got := text.Slip(name, []string{"PASSWORD", "POSTGRES_PASSWORD"}); got != want {
			t.Errorf("%q is a slip for %q, not %q", name, got, want)
		}
	}
}

// edited applies one random edit to a word.
func edited(t *rapid.T, word []rune) []rune {
	at := rapid.IntRange(0, len(word)-1).Draw(t, "at")
	switch rapid.IntRange(0, 3).Draw(t, "edit") {
	case 0:
		return slices.Insert(slices.Clone(word), at, 'z')
	case 1:
		return slices.Delete(slices.Clone(word), at, at+1)
	case 2:
		out := slices.Clone(word)
		out[at] = 'y'
		return out
	}
	out := slices.Clone(word)
	if at+1 < len(out) {
		out[at], out[at+1] = out[at+1], out[at]
	}
	return out
}

// TestEveryEditCountsOne: a name with edits in at most a third of its characters is still recognised.
func TestEveryEditCountsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-wäö]{4,20}`).Draw(t, "word")
		misspelt := string(edited(t, []rune(word)))
		if got := text.Nearest(misspelt, []string{word}); misspelt != word && got != word {
			t.Fatalf("%q isn't known as %q", misspelt, word)
		}
		if got := text.Slip(misspelt, []string{word}); misspelt != word && got != word {
			t.Fatalf("%q isn't a slip for %q", misspelt, word)
		}
	})
}

func ExampleCount() {
	fmt.Println(text.Count(1, "step"), text.Count(2, "success criterion"))
	// Output: 1 step 2 success criteria
}
