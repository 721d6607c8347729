package docker

import (
	"fmt"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// The files that Compose reads to make a service's containers, in every form in
// which they can be named.
func TestEnvironmentFiles(t *testing.T) {
	pass := func(v any) *manifest.Passthrough { return &manifest.Passthrough{Value: v} }
	s := &manifest.Service{
		Compose: map[string]*manifest.Passthrough{"env_file": pass([]any{"./a.env", map[string]any{"path": "../b.env", "required": false}}), "extends": pass(map[string]any{"file": "base.yml", "service": "web"}),
			"hostname": pass("c.env")},
		Instances:  []*manifest.Instance{{Compose: map[string]*manifest.Passthrough{"env_file": pass("d.env")}}, {Compose: map[string]*manifest.Passthrough{"env_file": pass("e.env")}}},
		ComposeNew: pass(map[string]any{"label_file": "f.labels", "env_file": ""}),
	}
	if got, want := fmt.Sprint(environmentFiles(s)), "[{env_file a.env} {env_file ../b.env} {env_file d.env} {env_file e.env} {env_file base.yml} {env_file f.labels}]"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	s.Compose["extends"] = pass(map[string]any{"service": "web"}) // of the same file
	if got := environmentFiles(&manifest.Service{Compose: s.Compose}); len(got) != 2 {
		t.Errorf("%v", got)
	}
}
