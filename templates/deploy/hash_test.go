package deploy_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// An action is another one, and runs again, when what it runs or what that is run
// in changes; not when it is tried longer or more often.
func TestHashOfAnAction(t *testing.T) {
	hash := func(edit func(*manifest.Action)) string {
		m := model()
		p := planOf(m, task{name: "a", run: "make", edit: edit})
		arts, diags := deploy.Render(m, []*planner.Plan{p}, nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, a := range arts {
			if h := hashes(a.Content)["a"]; h != "" {
				return h
			}
		}
		t.Fatal("there is no action a")
		return ""
	}
	plain := hash(func(*manifest.Action) {})
	for name, c := range map[string]struct {
		edit    func(*manifest.Action)
		changes bool
	}{
		"run":      {func(a *manifest.Action) { a.Run = manifest.PlainText("make all") }, true},
		"workdir":  {func(a *manifest.Action) { a.Workdir = "sub" }, true},
		"shell":    {func(a *manifest.Action) { a.Shell = "bash" }, true},
		"env":      {func(a *manifest.Action) { a.Env = []manifest.EnvVar{{Name: "A", Value: manifest.PlainText("b")}} }, true},
		"validate": {func(a *manifest.Action) { a.Validate = manifest.PlainText("test -e x") }, true},
		"timeout":  {func(a *manifest.Action) { a.Timeout = 5e9 }, false},
		"retries":  {func(a *manifest.Action) { a.Retries = 3 }, false},
		"title":    {func(a *manifest.Action) { a.Title = "Make" }, false},
	} {
		if changed := hash(c.edit) != plain; changed != c.changes {
			t.Errorf("%s changes the hash: %v", name, changed)
		}
	}
}
