package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// plainer are phrases with a plainer equivalent. docs/glossary.md has the terms to
// use.
var plainer = []struct{ phrase, instead string }{
	{`anew`, "again, regenerate, from scratch"},
	{`mend(s|ed|ing)?`, "fix"},
	{`dear`, "expensive"},
	{`goes on from (here|there)`, "resumes"},
	{`(%q|\S*["'` + "`" + `]) is nothing (to|that)`, "say what is expected"},
	{`%q is no`, `%q is not a valid …`},
	{`by decree`, "without measuring"},
	{`side by side`, "in parallel"},
	{`rid of`, "without"},
	{`(brings?|brought) about`, "causes"},
	{`tells of`, "reports"},
	{`(hold|holds|held|holding) [^.;:]{1,40}\bagainst`, "check … against"},
	{`(is not|isn't) what was meant`, "does not round-trip"},
	{`as (it|they) stands?`, "verbatim, unchanged"},
	{`left behind`, "abandoned, left over"},
	{`way on`, "fallback"},
	{`(is not|isn't) here`, "not found"},
	{`thereof`, "of it"},
}

// plainFolders are the folders and files whose text is checked.
var plainFolders = []string{"cmd", "docs", "examples", "generated", "hcl", "internal", "lint", "planner", "templates", "tools",
	"CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"}

// The text of the repository contains none of the phrases.
func TestPlainWords(t *testing.T) {
	root := os.DirFS("../..")
	files := 0
	for _, folder := range plainFolders {
		err := fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isProse(name) {
				return err
			}
			src, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			files++
			for _, found := range unplain(string(src)) {
				t.Errorf("%s:%s", name, found)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 300 {
		t.Fatalf("only %d files were read", files)
	}
}

// isProse reports whether people read a file: everything in a generated kit, and
// elsewhere source code and documents except the list of phrases.
func isProse(name string) bool {
	switch {
	case name == "cmd/omegagen/words_test.go":
		return false
	case strings.HasPrefix(name, "generated/"):
		return true
	}
	return slices.Contains([]string{".go", ".sh", ".tmpl", ".md", ".hcl", ".txtar"}, path.Ext(name))
}

// plainerRE are the phrases as whole words, each with a part that a lower-case line must contain to match.
var plainerRE = func() (out []struct {
	*regexp.Regexp
	part string
}) {
	for _, p := range plainer {
		parsed, err := syntax.Parse(p.phrase, syntax.Perl)
		if err != nil {
			panic(err)
		}
		out = append(out, struct {
			*regexp.Regexp
			part string
		}{regexp.MustCompile(`(?i)(?:^|\W)(` + p.phrase + `)(?:\W|$)`), literal(parsed)})
	}
	return out
}()

// literal returns the longest text that each match of a pattern contains.
func literal(re *syntax.Regexp) string {
	longest := ""
	switch re.Op {
	case syntax.OpLiteral:
		longest = string(re.Rune)
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			if l := literal(sub); len(l) > len(longest) {
				longest = l
			}
		}
	}
	return longest
}

// unplain lists the phrases in a text as "LINE: PHRASE; use …".
func unplain(text string) (out []string) {
	for i, line := range strings.Split(text, "\n") {
		lower := strings.ToLower(line)
		for k, re := range plainerRE {
			if !strings.Contains(lower, re.part) {
				continue
			}
			if m := re.FindStringSubmatch(line); m != nil {
				out = append(out, fmt.Sprintf("%d: %q; use: %s", i+1, m[1], plainer[k].instead))
			}
		}
	}
	return out
}

func TestUnplain(t *testing.T) {
	for i, re := range plainerRE {
		if re.part == "" {
			t.Errorf("%q: every line is matched with it", plainer[i].phrase)
		}
	}
	for text, want := range map[string]int{
		"Write it anew.": 1, `"helthy" is nothing to wait for`: 1, "There is nothing to do.": 0, "a renewed lease, a sidecar, %q is not valid": 0, "x\nrun them side by side\nmended": 2,
		"Holds each file against the manifest": 1, "It holds. Against that": 0, "dearth": 0,
	} {
		if got := unplain(text); len(got) != want {
			t.Errorf("%q: %q, want %d", text, got, want)
		}
	}
}
