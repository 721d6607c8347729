package deploy_test

import (
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// parametersKit is a kit with parameters, each of which a step writes to a file named after it.
func parametersKit(t *testing.T, shell string, parameters ...*manifest.Parameter) *kit {
	t.Helper()
	m := model()
	goal := &manifest.Goal{Origin: origin("goal.default"), Name: "default", Default: true, Objective: "cost"}
	for _, x := range parameters {
		x.Origin, x.EnvVar = origin("parameter."+x.Name), manifest.EnvName(x.Name)
		if x.Type == "" {
			x.Type = manifest.StringParameter
		}
		a := &manifest.Action{Origin: origin("action.use_" + x.Name), Name: "use_" + x.Name, Shell: "sh", OnFailure: "stop", Cost: big.NewRat(1, 1),
			Run: manifest.PlainText("echo " + x.Name + " >>ran\nprintf '%s' " + x.Placeholder() + " >" + x.Name + "\n")}
		m.Actions = append(m.Actions, a)
		goal.Include = append(goal.Include, &manifest.ActionRef{Action: a})
	}
	m.Parameters, m.Goals = parameters, []*manifest.Goal{goal}
	p := planner.Plans(m, planner.Options{})
	if len(p) != 1 || p[0].Status != planner.Optimal {
		t.Fatalf("no plan: %+v", p)
	}
	return newKit(t, shell, m, p)
}

// sortedLines are the words of a file to which steps that may run at the same time append.
func sortedLines(k *kit, path string) string {
	words := k.lines(path)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// .env wins, then the caller's environment, then the default; a step runs again if a value that it uses is
// another one, and no other step does.
func TestParameters(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := parametersKit(t, shell, &manifest.Parameter{Name: "zone", Default: "UTC"}, &manifest.Parameter{Name: "other-one", Default: "it's"})
		k.want(0)
		mustEqual(t, "the default", k.read("zone"), "UTC")
		mustEqual(t, "a default with a quote", k.read("other-one"), "it's")
		contains(t, k.want(0), "Nothing to do")
		k.env = []string{"ZONE=a $(touch hacked) `x` \"b\""}
		contains(t, k.want(0, "--dry-run"), "use_zone")
		k.want(0)
		mustEqual(t, "the caller's", k.read("zone"), "a $(touch hacked) `x` \"b\"")
		k.write(".env", "ZONE='of the file'\nUNKNOWN=1")
		k.want(0)
		mustEqual(t, "of .env", k.read("zone"), "of the file")
		contains(t, k.want(0), "Nothing to do")
		mustEqual(t, "a text was executed", k.read("hacked"), "")
		mustEqual(t, "steps that ran", sortedLines(k, "ran"), "other-one zone zone zone")
		k.want(0, "status")
		k.shellcheck(t)
	})
}

// A missing or invalid value is refused before anything starts, all at once; a sensitive one isn't shown.
func TestInvalidParameters(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := parametersKit(t, shell,
			&manifest.Parameter{Name: "workers", Type: manifest.NumberParameter, Min: big.NewRat(1, 1), Max: big.NewRat(19, 2)},
			&manifest.Parameter{Name: "debug", Type: manifest.BoolParameter, Default: "false"},
			&manifest.Parameter{Name: "region", OneOf: []string{"eu west", "us"}, Description: "where it runs"},
			&manifest.Parameter{Name: "token", Matches: "[a-z]{3}|[0-9]+", Sensitive: true})
		out := k.want(3)
		contains(t, out, "Parameter workers is not set. Write WORKERS=… to .env, or export WORKERS.", "Parameter region (where it runs) is not set.", "Nothing was started: 3 parameter(s) without a valid value.")
		mustEqual(t, "steps that ran", k.read("ran"), "")
		for value, why := range map[string]string{
			"WORKERS=0": "'0' of parameter workers (WORKERS) is not valid: it must be 1 or more", "WORKERS=10": "must be 9.5 or less", "WORKERS=1e1": "must be a number",
			"DEBUG=yes": "must be true or false", "REGION=eu": "must be one of eu west us", "TOKEN=abcd": "The value of parameter token (TOKEN) is not valid: it must match [a-z]{3}|[0-9]+",
			"TOKEN=abc\n1": "must be a single line",
		} {
			k.env = []string{"WORKERS=9.5", "REGION=eu west", "TOKEN=abc", value}
			contains(t, k.want(3), why, "Nothing was started: 1 parameter(s)")
		}
		k.env = []string{"WORKERS=9.5", "REGION=eu west", "TOKEN=abc"}
		k.want(0)
		mustEqual(t, "region", k.read("region"), "eu west")
		mustEqual(t, "what is kept", k.read(".omegagen/parameters"), "WORKERS=9.5\nDEBUG=false\nREGION=eu west\n")
		// What only reads does so without the values.
		k.env = nil
		k.want(0, "status")
		contains(t, k.want(3), "Parameter workers is not set.")
	})
}

// On a terminal a missing value is asked for until it is valid, and kept in .env.
func TestParameterOnTerminal(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := parametersKit(t, shell, &manifest.Parameter{Name: "workers", Type: manifest.NumberParameter, Description: "how many"})
		k.write(".env", "A=1")
		out, status := k.onTerminal("many\n12\n")
		mustEqual(t, "status", status, 0)
		contains(t, out, "Parameter workers, how many: ", "It must be a number.")
		mustEqual(t, ".env", k.read(".env"), "A=1\nWORKERS='12'\n")
		mustEqual(t, "the value", k.read("workers"), "12")
		contains(t, k.want(0), "Nothing to do")
	})
}

// In a script, a parameter is its value wherever it stands: nothing in the value is split, expanded or run.
func TestExpandedParameter(t *testing.T) {
	p := &manifest.Parameter{Name: "p", EnvVar: "P"}
	value := "it's  *$(touch hacked)`x` \"q\" \\ $HOME"
	for script, want := range map[string]string{
		"printf '<%s>' " + p.Placeholder():                                   "<" + value + ">",
		"printf '<%s>' a" + p.Placeholder() + "b":                            "<a" + value + "b>",
		"printf '<%s>' \"a " + p.Placeholder() + "\"":                        "<a " + value + ">",
		"printf '<%s>' 'a " + p.Placeholder() + " b'":                        "<a " + value + " b>",
		"printf '<%s>' \"$(printf %s " + p.Placeholder() + ")\"":             "<" + value + ">",
		"cat <<END\nx " + p.Placeholder() + "\nEND\n":                        "x " + value + "\n",
		"# " + p.Placeholder() + "\nprintf x":                                "x",
		"v=" + p.Placeholder() + "\nprintf '<%s>' \"$v\"":                    "<" + value + ">",
		"case " + p.Placeholder() + " in 'it'*) printf yes;; esac":           "yes",
		"f() { printf '<%s>' \"$1\"; }; f " + p.Placeholder() + "; printf x": "<" + value + ">x",
	} {
		for _, shell := range []string{"dash", "bash", "busybox", "mksh"} {
			tooltest.Need(t, shell)
			dir := t.TempDir()
			path := filepath.Join(dir, "s.sh")
			if err := os.WriteFile(path, []byte(deploy.ScriptText(manifest.PlainText(script))), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{path}
			if shell == "busybox" {
				args = []string{"sh", path}
			}
			cmd := exec.Command(shell, args...)
			cmd.Env = append(os.Environ(), "P="+value)
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != want {
				t.Errorf("%s, %q as %q: %q, %v", shell, script, deploy.ScriptText(manifest.PlainText(script)), out, err)
			}
		}
	}
	if lost := deploy.Unexpanded(manifest.PlainText("cat <<'END'\n" + p.Placeholder() + "\nEND\n")); len(lost) != 1 || lost[0] != "P" {
		t.Errorf("lost: %v", lost)
	}
	if lost := deploy.Unexpanded(manifest.PlainText("cat <<END\n" + p.Placeholder() + "\nEND\n")); len(lost) != 0 {
		t.Errorf("lost: %v", lost)
	}
}
