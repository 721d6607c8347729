package deploy_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// TestOneChange changes one line of one action's body in the flagship's plans:
// that line changes in the script's file, and the action's hash in plan.sh.
func TestOneChange(t *testing.T) {
	render := func(edit func(*planner.Action)) map[string][]string {
		m, p := flagship(t, 0)
		edit(p.Steps[30].Action)
		arts, diags := deploy.Render(m, plans(p), []artifact.Artifact{{Path: "PLAN.md", Content: []byte("x")}})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		out := map[string][]string{}
		for _, a := range arts {
			out[a.Path] = strings.Split(string(a.Content), "\n")
		}
		return out
	}
	before := render(func(*planner.Action) {})
	after := render(func(a *planner.Action) {
		a.Parts[0].Script = manifest.PlainText(a.Parts[0].Script[0].Text + "echo more\n")
	})
	changed := map[string][][]string{}
	for path, lines := range after {
		var was, is []string
		for _, line := range before[path] {
			if !slices.Contains(lines, line) {
				was = append(was, line)
			}
		}
		for _, line := range lines {
			if !slices.Contains(before[path], line) {
				is = append(is, line)
			}
		}
		if len(was)+len(is) > 0 {
			changed[path] = [][]string{was, is}
		}
	}
	id := planStep(t, 30)
	script, plan := changed["deploy/actions/"+id+"/run.sh"], changed["deploy/plan.sh"]
	if len(before) != len(after) || len(changed) != 2 || len(script) != 2 || len(script[0]) != 0 || strings.Join(script[1], "\n") != "echo more" {
		t.Fatalf("these lines changed: %q", changed)
	}
	hash := regexp.MustCompile(`^        hash=[0-9a-f]{16}\n        runs=[0-9a-f]{16}$`)
	if !hash.MatchString(strings.Join(plan[0], "\n")) || !hash.MatchString(strings.Join(plan[1], "\n")) {
		t.Fatalf("in plan.sh, these lines changed: %q", plan)
	}
	// It is in the action's own block.
	lines := after["deploy/plan.sh"]
	from := slices.Index(lines, fmt.Sprintf("action_%s() {", strings.ReplaceAll(id, "-", "_")))
	if i := slices.Index(lines, plan[1][0]); from < 0 || i < from || i > from+slices.Index(lines[from:], "}") {
		t.Errorf("line %d isn't in the block of %s", i, id)
	}
}

func planStep(t *testing.T, i int) string {
	_, p := flagship(t, 0)
	return p.Steps[i].Action.ID
}
