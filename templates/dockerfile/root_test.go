package dockerfile_test

import (
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

// An image that runs as root draws a warning, unless what it is built on is
// known to give up root itself.
func TestGivesUpRoot(t *testing.T) {
	for from, want := range map[string]bool{"debian:13": true, "example/base:1": true, "postgres:17": false, "nginx:1.27": false, "grafana/grafana:11.6.0": false} {
		src := "system \"s\" {}\nimage \"i\" {\n stage \"s\" {\n from = \"" + from + "\"\n }\n}\nservice \"a\" {\n image = image.i\n}\n"
		m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = dockerfile.Render(m)
		warned := false
		for _, d := range diags {
			warned = warned || diag.Code(d) == "OG460"
		}
		if warned != want {
			t.Errorf("FROM %s: warned is %v", from, warned)
		}
	}
}
