package spec

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/loader"
)

var update = flag.Bool("update", false, "rewrite hcl/spec.md")

func TestReferenceIsCurrent(t *testing.T) {
	const file = "../spec.md"
	got := Markdown()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is stale: run `go test ./hcl/spec -update`", file)
	}
}

// Every block and attribute is described in full sentences.
func TestDocs(t *testing.T) {
	var check func(s *lang.BlockSpec, path string)
	sentence := func(path, doc string) {
		if doc == "" || doc != strings.TrimSpace(doc) || !strings.HasSuffix(strings.TrimRight(doc, ")`\""), ".") {
			t.Errorf("%s: %q is no full sentence", path, doc)
		}
	}
	check = func(s *lang.BlockSpec, path string) {
		path += s.Type
		sentence(path, s.Doc)
		seen := map[string]bool{}
		for _, l := range s.Labels {
			sentence(path+" label "+l.Name, l.Doc)
		}
		for _, a := range s.Attrs {
			sentence(path+"."+a.Name, a.Doc)
			if seen[a.Name] {
				t.Errorf("%s.%s is there twice", path, a.Name)
			}
			seen[a.Name] = true
		}
		for _, sub := range s.Blocks {
			if seen[sub.Type] {
				t.Errorf("%s.%s is there twice", path, sub.Type)
			}
			seen[sub.Type] = true
			check(sub, path+".")
		}
	}
	for _, s := range loader.Specs() {
		check(s, "")
	}
}
