package spec

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

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

// The exports of blocks in the reference exist.
func TestExports(t *testing.T) {
	table := intro[strings.Index(intro, "### What blocks export"):strings.Index(intro, "### Functions")]
	src := `system "t" {}
image "web" {
  stage "run" {
    from = "debian:bookworm-slim"
    user {
      name = "10001"
    }
  }
}
service "web" {
  image = image.web
  port "http" {
    container = 80
    host      = 8080
  }
}
database "main" {
  service = service.web
  table "users" {
    column "id" {
      type = "bigint"
    }
  }
}
secret "token" {}
network "back" {}
volume "data" {}
dashboard "overview" {}
locals {
  all = [
`
	n := 0
	for _, m := range regexp.MustCompile("`([a-z]+\\.[a-z_.]+)`").FindAllStringSubmatch(table, -1) {
		if m[1] != "service.web.instances" {
			src += "    " + m[1] + ",\n"
			n++
		}
	}
	if n < 15 {
		t.Fatalf("only %d references found", n)
	}
	src += "    length(service.web.instances)\n  ]\n}\n"
	_, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			t.Error(d)
		}
	}
}

// Every block and argument is described in full sentences.
func TestDocs(t *testing.T) {
	var check func(s *lang.BlockSpec, path string)
	sentence := func(path, doc string) {
		if doc == "" || doc != strings.TrimSpace(doc) || !strings.HasSuffix(strings.TrimRight(doc, ")`\""), ".") {
			t.Errorf("%s: %q is not a full sentence", path, doc)
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
			if seen[sub.Type] && !sub.Open {
				t.Errorf("%s.%s is there twice", path, sub.Type)
			}
			seen[sub.Type] = true
			if sub != s {
				check(sub, path+".")
			}
		}
	}
	for _, s := range loader.Specs() {
		check(s, "")
	}
}
