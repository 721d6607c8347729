package loader_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/loader"
)

// docs/targets.md has each word of the language once, and no others.
func TestEachWordOnEachTarget(t *testing.T) {
	page, err := os.ReadFile("../../docs/targets.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{} // words of the tables, and how many words of the language each stands for
	for _, line := range strings.Split(string(page), "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		if len(cells) != 3 {
			t.Errorf("%d cells: %s", len(cells), line)
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[0], -1) {
			if _, twice := said[m[1]]; twice {
				t.Errorf("%s stands there twice", m[1])
			}
			said[m[1]] = 0
		}
	}
	for _, word := range words(loader.Specs(), "", nil) {
		pattern, ok := covering(said, word)
		if !ok {
			t.Errorf("%s is missing", word)
			continue
		}
		said[pattern]++
	}
	for pattern, n := range said {
		if n == 0 {
			t.Errorf("%s stands for no word", pattern)
		}
	}
}

// covering is what stands for a word: itself, or the innermost X.* around it.
func covering(said map[string]int, word string) (string, bool) {
	if _, ok := said[word]; ok {
		return word, true
	}
	for found := true; found; {
		if _, ok := said[word+".*"]; ok {
			return word + ".*", true
		}
		at := strings.LastIndex(word, ".")
		if found = at >= 0; found {
			word = word[:at]
		}
	}
	return "", false
}

// words are the blocks and arguments, with those around them: service, service.port, service.port.host.
func words(specs []*lang.BlockSpec, within string, around []*lang.BlockSpec) []string {
	var out []string
	for _, b := range specs {
		if slices.Contains(around, b) {
			continue // a block in itself, as the routes of an Alertmanager
		}
		name := within + b.Type
		out = append(out, name)
		for _, a := range b.Attrs {
			out = append(out, name+"."+a.Name)
		}
		out = append(out, words(b.Blocks, name+".", append(slices.Clone(around), b))...)
	}
	return out
}
