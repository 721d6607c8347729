package deploy_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
)

// kills is how many runs TestKill kills in all; DEPLOY_KILLS asks for another
// number, and make soak for 300.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("DEPLOY_KILLS")); err == nil {
		return n
	}
	return 30
}

// standIn is a body that reports everything that must not happen: a copy of it
// that is running, a start before its needs are done, and a start after it was
// done. Its last act makes what its validation looks for.
func standIn(name string, needs []string, odd string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "if ! (set -C; echo $$ >here.%[1]s) 2>/dev/null; then\n    read -r other <here.%[1]s || :\n", name)
	fmt.Fprintf(&b, "    ! kill -0 \"${other:-0}\" 2>/dev/null || [ \"${other:-0}\" = 0 ] || echo %[1]s >>twice\n    echo $$ >here.%[1]s\nfi\n", name)
	fmt.Fprintf(&b, "[ ! -f made.%[1]s ] || echo %[1]s >>again\n", name)
	for _, n := range needs {
		fmt.Fprintf(&b, "[ -f made.%s ] || echo %s >>early\n", n, name)
	}
	b.WriteString(odd)
	fmt.Fprintf(&b, "sleep 0.0%d\nrm here.%s\n: >made.%[2]s\n", 1+len(name)%5, name)
	return b.String()
}

// flagship is the flagship's plan of 57 actions, with stand-ins for what they
// run. Every odd'th of them also behaves badly, in turn: it fails at first,
// floods its log, leaves a daemon behind, or hangs at first.
func flagship(t testing.TB, odd int) (*manifest.Manifest, *planner.Plan) {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: os.DirFS("../../examples/exogenesis-omega"), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	full := m.Goals[slices.IndexFunc(m.Goals, func(g *manifest.Goal) bool { return g.Name == "full" })]
	p := planner.For(m, full, planner.Options{})
	if p.Status != planner.Optimal || len(p.Steps) != 57 {
		t.Fatalf("%s, %d steps", p.Status, len(p.Steps))
	}
	for i, st := range p.Steps {
		name := strings.NewReplacer(".", "_", "-", "_").Replace(st.ID)
		var needs []string
		for _, n := range st.Needs {
			needs = append(needs, strings.NewReplacer(".", "_", "-", "_").Replace(n.ID))
		}
		a := &manifest.Action{Origin: origin("action." + name), Name: st.ID, Title: st.Action.Title, Shell: "sh", OnFailure: "stop",
			Validate: manifest.PlainText("test -f made." + name)}
		if d := st.Action.Declared; d != nil {
			a.Precondition, a.Effects = d.Precondition, d.Effects
		}
		bad := ""
		if odd > 0 && i%odd == 0 {
			switch i / odd % 4 {
			case 0:
				bad = fmt.Sprintf("[ -f tried.%[1]s ] || { : >tried.%[1]s; rm here.%[1]s; exit 3; }\n", name)
				a.Retries, a.Backoff = 1, time.Second
			case 1:
				bad = "awk 'BEGIN { for (i = 0; i < 20000; i++) print \"a flood of words that nobody reads\" }'\n"
			case 2:
				bad = "sleep 20 &\n"
			case 3:
				bad = fmt.Sprintf("[ -f tried.%[1]s ] || { : >tried.%[1]s; rm here.%[1]s; sleep 60; }\n", name)
				a.Retries, a.Backoff, a.Timeout = 1, time.Second, 2*time.Second
			}
		}
		a.Run = manifest.PlainText(standIn(name, needs, bad))
		was := st.Action
		st.Action = deployment.Declared(a)
		st.Action.ID, st.Action.Cost, st.Action.Uses, st.Action.Range = was.ID, was.Cost, was.Uses, at(1)
		st.Action.Achieves, st.Action.Destroys = was.Achieves, was.Destroys
	}
	return &manifest.Manifest{System: m.System, States: m.States, Resources: m.Resources}, p
}

// TestKill kills runs of the flagship's plan at random instants, with SIGKILL:
// the script alone, its process group, or all groups that it started, in turn.
// However often that happens, the next runs end in the goal state; no body of a
// completed action runs twice, none is skipped, none starts before its needs
// are done, and never are there two copies at once.
func TestKill(t *testing.T) {
	tooltest.Need(t, append(utilities, shells...)...)
	perShell := (kills() + len(tested(t)) - 1) / len(tested(t))
	var killed atomic.Int64
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		calm := (perShell*17 + 19) / 20 // the rest among bodies that behave badly
		m, p := flagship(t, 0)
		killRuns(t, shell, m, p, random, calm, &killed)
		m, p = flagship(t, 5)
		killRuns(t, shell, m, p, random, perShell-calm, &killed)
	})
	t.Logf("%d runs were killed", killed.Load())
	if n := killed.Load(); n < int64(kills()) && !t.Failed() {
		t.Errorf("only %d runs were killed", n)
	}
}

// killRuns runs kits of a plan until so many runs have been killed.
func killRuns(t *testing.T, shell string, m *manifest.Manifest, p *planner.Plan, random *rand.Rand, count int, killed *atomic.Int64) {
	length := 4 * time.Second // of a run that nobody kills; measured below
	how, left := 0, count
	for left > 0 {
		k := newKit(t, shell, m, plans(p))
		k.program("docker", dockerProgram) // asked about the services that the actions start
		for left > 0 {
			cmd := k.command(context.Background(), "--jobs", "8")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			start := time.Now()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case <-time.After(time.Duration(random.Int63n(int64(length)))):
				kill(k, cmd, how%3)
				<-ended
				if !cmd.ProcessState.Exited() {
					how, left = how+1, left-1
					killed.Add(1)
					continue
				}
			case <-ended:
				length = min(length, time.Since(start))
			}
			break // it came to its end first
		}
		out := k.want(0, "--jobs", "8")
		for _, f := range []string{"twice", "again", "early"} {
			if text := k.read(f); text != "" {
				t.Errorf("%s: %q\n%s", f, text, out)
			}
		}
		made, err := filepath.Glob(filepath.Join(k.dir, "made.*"))
		if err != nil || len(made) != len(p.Steps) {
			t.Errorf("%d of %d bodies came to their end: %v\n%s", len(made), len(p.Steps), err, out)
		}
		contains(t, k.want(0), "Nothing to do")
		if t.Failed() {
			return
		}
	}
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
func kill(k *kit, cmd *exec.Cmd, how int) {
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
	inShells(t, func(t *testing.T, shell string) {
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
		p.Link(nil)
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
		contains(t, k.want(5), "clean has since overwritten an effect of build", "--from-state")
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
	p.Link(nil)
	k := newKit(t, "dash", m, plans(p))
	k.want(0)
	k.want(0)
	mustEqual(t, "order", strings.Join(k.lines("order"), " "), "empty build")
	_ = os.Remove(filepath.Join(k.dir, "built"))
	k.want(0)
	mustEqual(t, "order", strings.Join(k.lines("order"), " "), "empty build build")
}

// TestKillDestructive kills runs of a plan in which one action destroys what
// another one has made. However often they go on, what was rightly destroyed is
// not made again.
func TestKillDestructive(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		for range 2 {
			m, ps := load(t, `
system "s" {}
state "built" {
  type = bool
  initial = false
}
state "copied" {
  type = bool
  initial = false
}
state "tested" {
  type = bool
  initial = false
}
action "build" {
  effects  = { built = true }
  cost     = 1
  run      = "[ ! -f copied ] || echo build >>again; sleep 0.2; : >built"
  validate = "test -f built"
}
action "copy" {
  precondition = state.built
  effects  = { copied = true }
  cost     = 1
  run      = "[ ! -f tested ] || echo copy >>again; sleep 0.2; cp built copied"
  validate = "test -f copied"
}
action "clean" {
  precondition = state.copied
  effects  = { built = false }
  cost     = 1
  run      = "sleep 0.2; rm -f built"
  validate = "test ! -f built"
}
action "test" {
  precondition = state.copied && !state.built
  effects  = { tested = true }
  cost     = 1
  run      = "sleep 0.2; test ! -f built; : >tested"
  validate = "test -f tested"
}
goal "g" { condition = state.copied && state.tested && !state.built }
`)
			k := newKit(t, shell, m, ps)
			for i := range 8 {
				cmd := k.command(context.Background())
				cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(random.Intn(700)) * time.Millisecond)
				kill(k, cmd, i%3)
				_ = cmd.Wait()
			}
			out := k.want(0)
			contains(t, k.want(0), "Nothing to do")
			if again := k.read("again"); again != "" {
				t.Errorf("made again: %q\n%s", again, out)
			}
			mustEqual(t, "what is left", fmt.Sprint(k.read("built") == "", exists(k, "built"), exists(k, "copied"), exists(k, "tested")), "true false true true")
		}
	})
}

func exists(k *kit, path string) bool {
	_, err := os.Stat(filepath.Join(k.dir, path))
	return err == nil
}
