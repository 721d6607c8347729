package lint

import (
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates"
	"github.com/omegagen/omegagen/templates/custom"
)

// In a manifest with a mistake elsewhere, these are still reported, but nothing
// that may follow from that mistake.
func TestTexts(t *testing.T) {
	const src = `
system "s" {
  nonsense = 1
}
image "i" {
  context = "."
  stage "runtime" {
    from = "debian:12"
    run {
      command = "for" # OG712
    }
  }
}
service "s" {
  image = image.i
  healthcheck {
    shell = "test -e 'x" # OG712
  }
}
action "a" {
  run = "if true" # OG710
}
alert "Down" {
  expr     = "up ==" # OG560
  severity = "page"
}
database "d" {
  service = service.s
  table "t" {
    column "id" {
      type    = "integer"
      default = "1 +" # OG610
    }
  }
}
artifact "a.txt" {
  template = "a.tmpl" # OG770
}
secret "unused" {
  length = 20
}
`
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}, "a.tmpl": {Data: []byte("{{ if }}")}}, Dir: "."})
	if !diags.HasErrors() {
		t.Fatal("the manifest is right")
	}
	files, _ := templates.Texts(m)
	found := append(append(Manifest(m), custom.Parse(m)...), Check(m, files)...)
	got := map[string]int{}
	for _, d := range Texts(found) {
		got[diag.Code(d)]++
	}
	for code, n := range map[string]int{"OG560": 1, "OG610": 1, "OG710": 1, "OG712": 2, "OG770": 1} {
		if got[code] != n {
			t.Errorf("%s is found %d times, not %d", code, got[code], n)
		}
		delete(got, code)
	}
	if len(got) > 0 {
		t.Errorf("found too: %v; %v", got, diags)
	}
}

// Findings are about the user's input; a file that doesn't round-trip is not a
// finding.
func TestFindings(t *testing.T) {
	var all hcl.Diagnostics
	for _, r := range diag.Rules() {
		all = append(all, r.At(hcl.Range{}, "x"))
	}
	kept := map[string]bool{}
	for _, d := range Findings(all) {
		kept[diag.Code(d)] = true
	}
	for code, want := range map[string]bool{"OG901": false, "OG905": false, "OG907": false, "OG410": true, "OG710": true, "OG806": true} {
		if kept[code] != want {
			t.Errorf("%s is kept: %v", code, kept[code])
		}
	}
}

// Each kind of file with a consumer is checked, and the others have none: a new
// kind must be decided, or the linter fails.
func TestConsumers(t *testing.T) {
	for k, want := range map[kit.Kind]bool{
		kit.Compose: true, kit.Dockerfile: true, kit.EnvExample: true, kit.Prometheus: true, kit.Grafana: true, kit.Schema: true, kit.DeployScript: true,
		kit.DeployRuntime: true, kit.DeploySchema: false, kit.DeployPlan: true, kit.DeployPart: true, kit.RuleTests: true, kit.GitAttributes: false, kit.Sums: false,
		kit.DockerIgnore: false, kit.GitIgnore: false, kit.Document: false, kit.LockFile: false, kit.Custom: false,
	} {
		if got := consumer(k) != nil; got != want {
			t.Errorf("kind %d has a consumer: %v", k, got)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a kind without a decision passes")
		}
	}()
	consumer(kit.Kind(99))
}

// A file without a document, so that nothing can be compared, is reported as an
// internal error.
func TestWithoutDocument(t *testing.T) {
	m, _ := loader.Load(loader.Input{FS: diagtest.Manifest("system \"s\" {}\n"), Dir: "."})
	for _, k := range []kit.Kind{kit.Compose, kit.Dockerfile, kit.EnvExample, kit.Prometheus, kit.Grafana, kit.Schema, kit.RuleTests, kit.DeployPlan, kit.DeployPart} {
		diags := Check(m, []kit.Artifact{{Kind: k, Path: "file"}})
		if len(diags) != 1 || !diags.HasErrors() || diag.RuleOf(diags[0]).Stage != diag.StageOutput {
			t.Errorf("kind %d: %v", k, diags)
		}
	}
}

// The findings are in the order of the files, in whatever order they are
// checked.
func TestCheckKeepsTheOrder(t *testing.T) {
	m, _ := loader.Load(loader.Input{FS: diagtest.Manifest("system \"s\" {}\n"), Dir: "."})
	var files []kit.Artifact
	for range 20 {
		files = append(files, kit.Artifact{Kind: kit.Compose, Path: "docker-compose.yml", Content: []byte("services: [")},
			kit.Artifact{Kind: kit.Document, Path: "x.md"}, kit.Artifact{Kind: kit.EnvExample, Path: ".env.example", Content: []byte("=")})
	}
	last := ""
	for _, d := range Check(m, files) {
		if c := diag.Code(d); c == last {
			t.Fatalf("%s is reported twice in a row", c)
		} else {
			last = c
		}
	}
	if last == "" {
		t.Fatal("nothing was found")
	}
}
