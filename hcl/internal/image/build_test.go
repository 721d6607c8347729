package image_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
)

// TestBuildOptions: the names of an image, and the options of its build.
func TestBuildOptions(t *testing.T) {
	src, err := os.ReadFile("testdata/valid/image_build.hcl")
	if err != nil {
		t.Fatal(err)
	}
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: src}}, Dir: "."})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	got := map[string]string{}
	for _, i := range m.Images {
		got[i.Name] = strings.Join(i.Names(), " ") + " runs as " + i.Reference()
	}
	for name, want := range map[string]string{
		"base":   "debian:12 runs as debian:12",
		"app":    "registry.example.org:5000/team/app:1.0 runs as registry.example.org:5000/team/app:1.0",
		"tagged": "team/tagged:7 tagged:7 runs as team/tagged:7",
		"named":  "team/named:2 named runs as team/named:2",
	} {
		if got[name] != want {
			t.Errorf("%s: %q instead of %q", name, got[name], want)
		}
	}
	app := m.Images[0]
	var secrets, contexts []string
	for _, s := range app.Secrets {
		secrets = append(secrets, s.Name)
	}
	for _, c := range app.Contexts {
		image := ""
		if c.Image != nil {
			image = c.Image.Address
		}
		contexts = append(contexts, c.Name+"="+c.Source+image)
	}
	if s := strings.Join(secrets, " "); s != "keys-a keys-b token" {
		t.Errorf("secrets: %s", s)
	}
	if s := strings.Join(contexts, " "); s != "alpine:3.22=docker-image://alpine:3.21 base=image.base docs=../docs" {
		t.Errorf("contexts: %s", s)
	}
	if app.SBOM == nil || !*app.SBOM || app.Provenance == nil || *app.Provenance || m.Images[2].SBOM != nil {
		t.Errorf("sbom %v, provenance %v", app.SBOM, app.Provenance)
	}
}
