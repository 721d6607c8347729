package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/policy"
)

// Errors in individual texts are reported with the manifest's other errors, even if those leave the
// model incomplete.
func TestTextsOfBrokenManifest(t *testing.T) {
	const texts = `
nonsense {}
system "s" {}
image "i" {
  pull = "postgres:16.4"
}
service "db" {
  image = image.i
  healthcheck {
    shell = "for"
  }
}
database "d" {
  service = service.db
  table "t" {
    column "id" {
      type = "int"
    }
    check "syntax" {
      expr = "id >"
    }
    check "deep" {
      expr = "DEEP"
    }
  }
}
artifact "a.txt" {
  template = "a.tmpl"
}
action "a" {
  run = "if"
}
criterion "c" {
  promql {
    expr = "sum("
  }
}
`
	src := strings.Replace(texts, "DEEP", strings.Repeat("(", 100000)+"1"+strings.Repeat(")", 100000), 1)
	made := read(loader.Input{Dir: ".", FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}, "a.tmpl": {Data: []byte("{{ .data. }}")}}}, policy.Levels{})
	var codes []string
	for _, d := range diag.Sort(made.diags) {
		codes = append(codes, diag.Code(d))
	}
	if got, want := strings.Join(codes, " "), "OG010 OG712 OG610 OG611 OG770 OG710 OG762 OG560"; made.whole || got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Codes are assigned by area, so a rule's code determines its stage.
func TestStageOfRules(t *testing.T) {
	for _, r := range diag.Rules() {
		want := diag.StageModel
		switch {
		case r.Code < "OG010":
			want = diag.StageRead
		case r.Code < "OG020":
			want = diag.StageStructure
		case r.Code < "OG100":
			want = diag.StageEvaluate
		case r.Code >= "OG991": // of what the manifest silences
		case r.Code >= "OG900":
			want = diag.StageOutput
		}
		if r.Stage != want {
			t.Errorf("%s has stage %d, not %d", r.Code, r.Stage, want)
		}
	}
}
