package templates_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/planner"
)

// TestRobustnessIsWhatTheScriptDoes compares the actions that a plan's quality counts
// as validated, with rollback and retried with deploy/plan.sh.
func TestRobustnessIsWhatTheScriptDoes(t *testing.T) {
	kinds := map[string]bool{}
	for _, example := range []string{"quickstart", "alternatives", "exogenesis-omega"} {
		m, diags := loader.Load(loader.Input{FS: os.DirFS("../examples/" + example)})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		script, err := os.ReadFile("../generated/" + example + "/deploy/plan.sh")
		if err != nil {
			t.Fatal(err)
		}
		abouts := map[string]string{}
		for _, b := range regexp.MustCompile(`(?s)\naction_\w+\(\) \{\n    case \$1 in\n    about\)\n(.*?)\n        ;;`).FindAllStringSubmatch(string(script), -1) {
			title := regexp.MustCompile(`(?m)^        title='(.*)'$`).FindStringSubmatch(b[1])
			if title != nil {
				abouts[title[1]] = b[1]
			}
		}
		for _, a := range planner.Actions(m, planner.Options{}) {
			about, ok := abouts[a.Title]
			if !ok {
				continue // in no plan
			}
			kinds[a.Kind] = true
			parts := " " + strings.Join(regexp.MustCompile(`has='(.*)'`).FindStringSubmatch(about), " ") + " "
			is := [3]bool{strings.Contains(parts, "validate"), strings.Contains(parts, "rollback"), strings.Contains(about, "retries=")}
			if counted := [3]bool{a.Validated(), a.Undoable(), a.Retried()}; counted != is {
				t.Errorf("%s %s: validated, undoable, tried again: %v, but in plan.sh %v\n%s", example, a.ID, counted, is, about)
			}
		}
	}
	if len(kinds) < 7 {
		t.Errorf("only the kinds %v were met", kinds)
	}
}
