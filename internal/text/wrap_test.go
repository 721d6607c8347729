package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/internal/text"
)

func TestWrap(t *testing.T) {
	for _, tc := range []struct {
		in    string
		width int
		want  string
	}{
		{"one two three", 7, "one two\nthree"},
		{"one two three", 0, "one two three"},
		{"averyverylongword b", 5, "averyverylongword\nb"},
		{"a b c\n\n  source that is long\nd e f", 3, "a b\nc\n\n  source that is long\nd e\nf"},
		{"äöü äöü", 3, "äöü\näöü"},
	} {
		if got := text.Wrap(tc.in, tc.width); got != tc.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tc.in, tc.width, got, tc.want)
		}
	}
	if got := text.WrapHanging("a bb cc", 4, "  "); got != "a bb\n  cc" {
		t.Errorf("got %q", got)
	}
}

// Wrapping changes only spaces, and a line is too long only if it is one word.
func TestWrapKeepsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.StringMatching(`[a-zä]{1,12}`)).Draw(t, "words"), " ")
		width := rapid.IntRange(1, 40).Draw(t, "width")
		got := text.Wrap(s, width)
		if strings.ReplaceAll(got, "\n", " ") != s {
			t.Fatalf("%q became %q", s, got)
		}
		for _, l := range strings.Split(got, "\n") {
			if utf8.RuneCountInString(l) > width && strings.Contains(l, " ") {
				t.Fatalf("%q is longer than %d", l, width)
			}
		}
	})
}
