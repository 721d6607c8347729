package service

import (
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/mattn/go-shellwords"
)

// A string that is accepted has the words that Compose makes of it, and Compose leaves nothing of it out.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", "a b", "a  'b c'\td", `a "b > c" d\;e`, "a > b", "a 2>&1", "a `b`", "$(a b)", `"$(a)" b`, "a\nb", "'a", `a\`, "a(b)", "a)", `"a'b" c'd"e'`, "\uFDD0X\uFDD1 b", "é 'ü'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, problem := split(line)
		if problem != "" {
			return
		}
		var got types.ShellCommand
		if err := got.DecodeMapstructure(line); err != nil || !slices.Equal(words, []string(got)) {
			t.Errorf("%q: %q, but Compose reads %q, %v", line, words, got, err)
		}
		p := shellwords.NewParser()
		if _, err := p.Parse(line); err != nil || p.Position != -1 {
			t.Errorf("%q: Compose leaves out what begins at %d", line, p.Position)
		}
	})
}

// Each of what only a shell understands is refused, and accepted in quotes.
func TestSplitOperators(t *testing.T) {
	for _, op := range []string{"<", ">", "&", ";", "|", "`", "$("} {
		if _, problem := split("a " + op + " b"); !strings.Contains(problem, `"`+op+`"`) {
			t.Errorf("%s: %q", op, problem)
		}
		for _, q := range []string{"'", `"`} {
			if words, problem := split("a " + q + op + q + " b"); problem != "" || !slices.Equal(words, []string{"a", op, "b"}) {
				t.Errorf("%s in %s: %q, %q", op, q, words, problem)
			}
		}
	}
}

func TestInstead(t *testing.T) {
	want := `For a shell, write command = ["sh", "-c", "echo \"a b\" $${X} > /x"]; without one, write the list, in which every character stands for itself: command = ["echo", "a b", "$${X}", ">", "/x"].`
	if got := instead("command", `echo "a b" ${X} > /x`); got != want {
		t.Error(got)
	}
}
