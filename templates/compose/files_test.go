package compose_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/compose"
	templates "github.com/omegagen/omegagen/templates/compose"
)

// TestFilesLabel shows that a service changes, so that Compose makes its
// container again, when a file of the kit that it mounts does, and only then.
func TestFilesLabel(t *testing.T) {
	file := &manifest.Artifact{Path: "conf/app.conf"}
	label := regexp.MustCompile(`omegagen\.files(: |=)"?([0-9a-f]{16})`)
	var reload *manifest.Reload
	digest := func(t *testing.T, mount *manifest.Mount, extra map[string]*manifest.Passthrough, content string) string {
		m := &manifest.Manifest{System: &manifest.System{Name: "files"}}
		if mount.Target == "" {
			mount.Target = "/etc/app"
		}
		m.Services = []*manifest.Service{{Name: "app", Image: &manifest.Image{Name: "i", Tag: "i:1", Pull: "i:1"}, Restart: manifest.Restart{Policy: manifest.RestartNo}, Compose: extra, Reload: reload,
			Instances: []*manifest.Instance{{Name: "app", Mounts: []*manifest.Mount{mount}, Labels: []manifest.KeyValue{{Key: "own", Value: "1"}}}}}}
		kit := []kit.Artifact{{Path: "a", Content: []byte("x")}, {Path: "conf/app.conf", Content: []byte(content)}, {Path: "conf/b", Content: []byte("y")}}
		files, diags := templates.Render(m, kit...)
		if diags = append(diags, compose.Check(m, files[0])...); diags.HasErrors() {
			t.Fatalf("%s\n%s", diags, files[0].Content)
		}
		if !strings.Contains(string(files[0].Content), "own") {
			t.Errorf("the label of the manifest is lost:\n%s", files[0].Content)
		}
		found := label.FindStringSubmatch(string(files[0].Content))
		if found == nil {
			return ""
		}
		return found[2]
	}
	for name, c := range map[string]struct {
		mount  manifest.Mount
		extra  any
		labels bool
	}{
		"an artifact":           {manifest.Mount{Artifact: file}, nil, true},
		"a generated file":      {manifest.Mount{Generated: "conf/app.conf"}, nil, true},
		"a generated folder":    {manifest.Mount{Generated: "conf"}, nil, true},
		"a path in the kit":     {manifest.Mount{Bind: "./conf/"}, nil, true},
		"the kit":               {manifest.Mount{Bind: "."}, nil, true},
		"labels as a map":       {manifest.Mount{Artifact: file}, map[string]any{"own": "x", "n": big.NewRat(1, 1)}, true},
		"labels as a list":      {manifest.Mount{Artifact: file}, []any{"own=x"}, true},
		"a path named alike":    {manifest.Mount{Bind: "./con"}, nil, false},
		"a path elsewhere":      {manifest.Mount{Bind: "../conf"}, nil, false},
		"an absolute path":      {manifest.Mount{Bind: "/conf"}, nil, false},
		"read once":             {manifest.Mount{Artifact: file, FirstStart: true}, nil, false},
		"a folder read once":    {manifest.Mount{Generated: "conf", FirstStart: true}, nil, false},
		"a bind read once":      {manifest.Mount{Bind: "conf", FirstStart: true}, nil, false},
		"a tmpfs":               {manifest.Mount{Tmpfs: true}, nil, false},
		"labels, nothing of it": {manifest.Mount{Tmpfs: true}, []any{"own=x"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var extra map[string]*manifest.Passthrough
			if c.extra != nil {
				extra = map[string]*manifest.Passthrough{"labels": {Value: c.extra}}
			}
			one, two := digest(t, &c.mount, extra, "1"), digest(t, &c.mount, extra, "2")
			if (one != "") != c.labels || c.labels && one == two || one != digest(t, &c.mount, extra, "1") {
				t.Errorf("%q, then %q", one, two)
			}
		})
	}
	other := digest(t, &manifest.Mount{Generated: "conf/b"}, nil, "1")
	if other == "" || other != digest(t, &manifest.Mount{Generated: "conf/b"}, nil, "2") {
		t.Error("a file that isn't mounted makes the service another one")
	}
	reload = &manifest.Reload{Files: []string{"conf/app.conf"}}
	one := digest(t, &manifest.Mount{Generated: "conf"}, nil, "1")
	if one == "" || one != digest(t, &manifest.Mount{Generated: "conf"}, nil, "2") {
		t.Error("a file that is reloaded makes the service another one")
	}
	reload = &manifest.Reload{Files: []string{"conf"}}
	if one := digest(t, &manifest.Mount{Generated: "conf"}, nil, "1"); one != "" {
		t.Errorf("a folder of which all files are reloaded: %q", one)
	}
}
