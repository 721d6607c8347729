package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
)

const hostile = "q'\"$(touch x)`touch x`${y}{{.}}$$ é \\ ‘s’ “d” ; touch x; # *\n&& touch x"

// TestHostileText shows that no text of a manifest is executed, and that each
// is printed as is.
func TestHostileText(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		m.System.Name, m.System.Description = hostile, hostile
		m.Milestones = []*manifest.Milestone{{Name: "m", Title: hostile}}
		p := planOf(m,
			task{name: "good", run: "cat <<'EOF'\n" + hostile + "\nEOF\nprintf '%s' \"$V\" >value", edit: func(a *manifest.Action) {
				a.Title, a.Description, a.Category, a.CostNote = hostile, hostile, hostile, hostile
				a.Env = []manifest.EnvVar{{Name: "V", Value: manifest.PlainText(hostile)}}
				a.Workdir = "a $(touch x) 'folder'"
			}},
			task{name: "bad", needs: "good", run: "cat <<'EOF'\n" + hostile + "\nEOF\nexit 1", edit: func(a *manifest.Action) { a.Title = hostile }},
		)
		// Instances of for_each are named after any key.
		odd := p.Steps[1]
		odd.ID = "bad-$(touch x) 'k'"
		odd.Action.ID = odd.ID
		p.Goal.Name, p.Goal.Title = hostile, hostile
		m.Runbooks = []*manifest.Runbook{{Name: "r", Title: hostile, Symptoms: []string{hostile}, Diagnosis: hostile, Resolution: hostile + "\nRUNBOOK\n", Covers: []string{"action." + odd.ID, "criterion.c"}}}
		m.Criteria = []*manifest.Criterion{{Origin: origin("criterion.c"), Name: "c", Title: hostile,
			Probe: &manifest.CommandProbe{Run: manifest.PlainText("cat <<'X'\n" + hostile + "\nX"), Equals: ptr(hostile)}}}
		m.Benchmarks = []*manifest.Benchmark{{Origin: origin("benchmark.b"), Name: "b", Title: hostile, Target: hostile, Op: "<", Value: big.NewRat(2, 1), Run: manifest.PlainText("echo 1 # " + strings.ReplaceAll(hostile, "\n", " "))}}
		k := newKit(t, shell, m, plans(p))
		folder := "a $(touch x) 'folder'"
		if err := os.Mkdir(filepath.Join(k.dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		out := k.want(1)
		contains(t, out, "start   good  "+hostile, odd.ID, "Runbook: RUNBOOK.md#r", strings.Split(hostile, "\n")[0])
		contains(t, out, "    | "+strings.Split(hostile, "\n")[0])
		mustEqual(t, "the variable", k.read(filepath.Join(folder, "value")), hostile)
		contains(t, k.want(0, "verify"), hostile)
		contains(t, k.want(0, "bench"), hostile)
		contains(t, k.want(6, "status"), hostile)
		contains(t, k.want(0, "plan", "--verbose"), hostile, "touch x")
		contains(t, k.want(0, "--dry-run"), odd.ID)
		contains(t, k.want(6, "status", "--json"), `"goal":"q'\"$(touch x)`+"`touch x`"+`${y}{{.}}$$ é \\ ‘s’ “d” ; touch x; # *\u000a&& touch x"`)
		contains(t, k.want(0, "logs", odd.ID), hostile)
		contains(t, k.want(0, "report"), odd.ID)
		for _, dir := range []string{k.dir, filepath.Join(k.dir, folder)} {
			if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
				t.Error("a text was executed")
			}
		}
		tooltest.Need(t, "shellcheck")
		k.shellcheck(t)
	})
}

func ptr[T any](v T) *T { return &v }

// TestBlockedOutput shows that a reader who doesn't read stalls nothing, and that a
// closed pipe stops nothing.
func TestBlockedOutput(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		var tasks []task
		for i := range 40 {
			tasks = append(tasks, task{name: fmt.Sprintf("s%d", i), run: fmt.Sprintf("echo s%d >>order", i), edit: func(a *manifest.Action) { a.Title = strings.Repeat("long ", 500) }})
		}
		for _, closed := range []bool{false, true} {
			k := newKit(t, shell, m, plans(planOf(m, tasks...)))
			cmd := k.command(context.Background())
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = w
			if closed {
				_ = r.Close()
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			_ = w.Close()
			waitFor(t, func() bool { return len(k.lines("order")) == 40 && k.read(".omegagen/reports/report.json") != "" })
			if !closed {
				var out bytes.Buffer
				_, _ = out.ReadFrom(r)
				contains(t, out.String(), "All 40 steps")
			}
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
			m = model()
		}
	})
}

// TestLostWorker shows that a worker that is killed doesn't hang the run.
func TestLostWorker(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "kill -9 $(sed -n 's/^worker \\([0-9]*\\) .*/\\1/p' .omegagen/state/a.run); sleep 100; echo >woke"})))
		contains(t, k.want(1), "Its worker process was killed")
		if exists(k, "woke") {
			t.Error("the run has waited for the body's end")
		}
	})
}

func TestUnwritable(t *testing.T) {
	m := model()
	k := newKit(t, "dash", m, plans(planOf(m, task{name: "a", run: "true"})))
	k.write(".omegagen", "a file in the way")
	contains(t, k.want(3), "Cannot create the folder")
}

// TestClosedInput runs without any standard input and with a strange locale.
func TestClosedInput(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "cat; echo read >order"})))
		k.env = []string{"LC_ALL=de_DE.UTF-8", "LC_NUMERIC=de_DE.UTF-8"}
		name, args := shell, "./deploy.sh <&-"
		if shell == "busybox" {
			name = "busybox sh"
		}
		cmd := exec.Command("sh", "-c", name+" "+args)
		cmd.Dir = k.dir
		if out, err := cmd.CombinedOutput(); err != nil || k.read("order") == "" {
			t.Errorf("%v\n%s", err, out)
		}
	})
}
