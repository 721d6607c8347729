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
// in deploy.sh, that line and the action's hash change, nothing else.
func TestOneChange(t *testing.T) {
	render := func(edit func(*planner.Action)) []string {
		m, p := flagship(t, 0)
		edit(p.Steps[30].Action)
		arts, diags := deploy.Render(m, plans(p), []artifact.Artifact{{Path: "PLAN.md", Content: []byte("x")}})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		return strings.Split(string(arts[0].Content), "\n")
	}
	before := render(func(*planner.Action) {})
	after := render(func(a *planner.Action) {
		a.Parts[0].Script = manifest.PlainText(a.Parts[0].Script[0].Text + "echo more\n")
	})
	var was, is []string
	for _, line := range before {
		if !slices.Contains(after, line) {
			was = append(was, line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			is = append(is, line)
		}
	}
	if len(after) != len(before)+1 || len(was) != 1 || len(is) != 2 || is[1] != "echo more" {
		t.Errorf("%d lines became %d:\n-%s\n+%s", len(before), len(after), strings.Join(was, "\n-"), strings.Join(is, "\n+"))
	}
	hash := regexp.MustCompile(`^        hash=[0-9a-f]{16}$`)
	for _, line := range []string{was[0], is[0]} {
		if !hash.MatchString(line) {
			t.Errorf("%q is no hash", line)
		}
	}
	// Both stand in the action's own block.
	name := fmt.Sprintf("action_%s() {", strings.ReplaceAll(planStep(t, 30), "-", "_"))
	from := slices.Index(after, name)
	to := from + slices.Index(after[from:], "}")
	for _, line := range is {
		if i := slices.Index(after, line); from < 0 || i < from || i > to {
			t.Errorf("line %d, %q, is not in the block of lines %d to %d", i, line, from, to)
		}
	}
}

func planStep(t *testing.T, i int) string {
	_, p := flagship(t, 0)
	return p.Steps[i].Action.ID
}
