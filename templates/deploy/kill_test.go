package deploy_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// kills is how many runs are killed per shell; DEPLOY_KILLS asks for more.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("DEPLOY_KILLS")); err == nil {
		return n
	}
	return 4
}

// TestKill kills deploy.sh at random moments, with SIGKILL: it alone, its
// process group, or all groups that it started, in turn. However often that
// happens, the next runs end in the goal state; no body of a completed action
// ran twice, none was skipped, and never two copies at once.
func TestKill(t *testing.T) {
	inEveryShell(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		for round := range kills() {
			m := model()
			var tasks []task
			for i := range 12 {
				name := fmt.Sprintf("s%02d", i)
				tk := task{name: name, edit: validated("test -f made." + name),
					// A body that finds a copy of itself, or its work done, says so.
					run: fmt.Sprintf("mkdir here.%[1]s || { echo %[1]s >>twice; exit 1; }\n[ ! -f made.%[1]s ] || echo %[1]s >>again\nsleep 0.%[2]d\necho %[1]s >>order\n: >made.%[1]s\nrmdir here.%[1]s", name, 1+i%3)}
				if i > 0 {
					tk.needs = fmt.Sprintf("s%02d", (i-1)/2)
				}
				tasks = append(tasks, tk)
			}
			k := newKit(t, shell, m, plans(planOf(m, tasks...)))
			for range 3 {
				cmd := k.command(context.Background(), "--jobs", "3")
				cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(random.Intn(1500)) * time.Millisecond)
				kill(t, k, cmd, round%3)
				_ = cmd.Wait()
				// What a killed body left behind is its own to clear away.
				if round%3 == 2 {
					stale, _ := filepath.Glob(filepath.Join(k.dir, "here.*"))
					for _, s := range stale {
						_ = os.Remove(s)
					}
				}
			}
			out := k.want(0, "--jobs", "3")
			if twice, again := k.read("twice"), k.read("again"); twice != "" || again != "" {
				t.Errorf("round %d: two copies of %q; done again: %q\n%s", round, twice, again, out)
			}
			seen := map[string]int{}
			for _, name := range k.lines("order") {
				seen[name]++
			}
			for _, tk := range tasks {
				if n := seen[tk.name]; n != 1 {
					t.Errorf("round %d: the body of %s ended %d times\n%s", round, tk.name, n, out)
				}
			}
			for i, name := range k.lines("order") {
				for _, need := range needsOf(tasks, name) {
					if !strings.Contains(strings.Join(k.lines("order")[:i], " "), need) {
						t.Errorf("%s ran before %s", name, need)
					}
				}
			}
		}
	})
}

func needsOf(tasks []task, name string) []string {
	for _, tk := range tasks {
		if tk.name == name {
			return strings.Fields(tk.needs)
		}
	}
	return nil
}

// kill ends a run without a warning.
func kill(t *testing.T, k *kit, cmd *exec.Cmd, how int) {
	t.Helper()
	switch how {
	case 0:
		_ = syscall.Kill(cmd.Process.Pid, syscall.SIGKILL)
	case 1:
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	case 2:
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		records, _ := filepath.Glob(filepath.Join(k.dir, ".omegagen/state/*.run"))
		for _, r := range records {
			b, _ := os.ReadFile(r)
			for _, line := range strings.Split(string(b), "\n") {
				var pid int
				var start string
				if n, _ := fmt.Sscanf(line, "body %d %s", &pid, &start); n == 2 {
					_ = syscall.Kill(-pid, syscall.SIGKILL)
				}
			}
		}
	}
}

// TestDestroyed shows that a step which has rightly destroyed what another one
// made isn't a reason to make it again.
func TestDestroyed(t *testing.T) {
	inEveryShell(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "build", run: "echo build >>order; touch built", edit: validated("test -f built")},
			task{name: "copy", needs: "build", run: "echo copy >>order; cp built copied", edit: validated("test -f copied")},
			task{name: "clean", needs: "copy", run: "echo clean >>order; rm built; [ -f go-on ]", edit: func(a *manifest.Action) {
				a.Validate = manifest.PlainText("test ! -f built")
			}},
			task{name: "end", needs: "clean", run: "[ -f go-on ]; echo end >>order"},
		)
		// clean makes build's effect false.
		clean := p.Steps[2].Action.Declared
		clean.Effects = append(clean.Effects, manifest.Effect{State: state("build"), Value: &manifest.Expr{Op: manifest.OpConst, Type: manifest.Bool, Value: &manifest.Value{Type: manifest.Bool}}})
		p.Goal.Condition = and(isTrue("copy"), isTrue("end"))
		k := newKit(t, shell, m, plans(p))
		k.write("go-on", "")
		_ = os.Remove(filepath.Join(k.dir, "go-on"))
		k.want(1) // clean fails after it has destroyed
		k.write("go-on", "")
		k.write("built", "")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "build copy clean clean end")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "build copy clean clean end")
		// copy no longer holds, but what it needs is gone for good.
		_ = os.Remove(filepath.Join(k.dir, "copied"))
		contains(t, k.want(5), "clean has since destroyed what build had made", "--from-state")
	})
}

// TestAddedTo shows that a step which began what others have added to since
// isn't done again because its own validation no longer holds.
func TestAddedTo(t *testing.T) {
	m := model()
	set := &manifest.State{Origin: origin("state.set"), Name: "set", Type: manifest.StringSet}
	in := func(v *manifest.Expr) func(*manifest.Action) {
		return func(a *manifest.Action) {
			a.Effects = append(a.Effects, manifest.Effect{State: set, Value: v})
		}
	}
	one := &manifest.Expr{Op: manifest.OpConst, Type: manifest.StringSet, Value: &manifest.Value{Type: manifest.StringSet, Set: []string{"a"}}}
	none := &manifest.Expr{Op: manifest.OpConst, Type: manifest.StringSet, Value: &manifest.Value{Type: manifest.StringSet}}
	read := &manifest.Expr{Op: manifest.OpState, Type: manifest.StringSet, State: set}
	p := planOf(m,
		task{name: "empty", run: "echo empty >>order; rm -f built", edit: with(in(none), validated("test ! -f built"))},
		task{name: "build", needs: "empty", run: "echo build >>order; touch built", edit: with(in(&manifest.Expr{Op: manifest.OpUnion,
			Type: manifest.StringSet, Args: []*manifest.Expr{read, one}}), validated("test -f built"))},
	)
	p.Goal.Condition = &manifest.Expr{Op: manifest.OpEq, Type: manifest.Bool, Args: []*manifest.Expr{read, one}}
	k := newKit(t, "dash", m, plans(p))
	k.want(0)
	k.want(0)
	mustEqual(t, "order", strings.Join(k.lines("order"), " "), "empty build")
	_ = os.Remove(filepath.Join(k.dir, "built"))
	k.want(0)
	mustEqual(t, "order", strings.Join(k.lines("order"), " "), "empty build build")
}
