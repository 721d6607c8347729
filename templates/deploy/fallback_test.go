package deploy_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
)

// twoWays has two ways to the same image, the first of which is cheaper.
// Besides there is a step of its own. FALLBACK stands for what is declared.
const twoWays = `
system "s" {}
state "fetched" {
  type = bool
  initial = false
}
state "here" {
  type = bool
  initial = false
}
state "beside" {
  type = bool
  initial = false
}
state "used" {
  type = bool
  initial = false
}
action "fetch" {
  effects  = { fetched = true }
  cost     = 1
  FALLBACK
  run      = "echo fetch >>order; test -f online"
  rollback = "echo undo-fetch >>order"
}
action "load" {
  precondition = state.fetched
  effects = { here = true }
  cost = 1
  run = "echo load >>order"
}
action "build" {
  effects = { here = true }
  cost = 9
  run = "echo build >>order; test ! -f broken"
}
action "use" {
  precondition = state.here
  effects = { used = true }
  cost = 1
  run = "echo use >>order"
}
action "aside" {
  effects = { beside = true }
  cost = 1
  run = "i=0; until test -f .omegagen/state/fetch.failed || test -f online || test $i = 150; do i=$((i + 1)); sleep 0.1; done; sleep 1; echo aside >>order"
}
action "aside_too" {
  precondition = state.beside
  effects = { beside_too = true }
  cost = 1
  run = "echo aside_too >>order"
}
state "beside_too" {
  type = bool
  initial = false
}
goal "g" { condition = state.used && state.beside_too }
`

// load parses a manifest and plans for all its goals.
func load(t *testing.T, src string) (*manifest.Manifest, []*planner.Plan) {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	ps := planner.Plans(m, planner.Options{})
	for _, p := range ps {
		if p.Status != planner.Optimal {
			t.Fatalf("goal %s: %s", p.Goal.Name, p.Status)
		}
	}
	return m, ps
}

// TestFallback shows that a failed action with an alternative ends in the goal
// state through its fallback: first its rollback, then the steps that don't
// need it, then the fallback's.
func TestFallback(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for _, c := range []struct {
			name, declared string
			args           []string
			taken          bool
		}{
			{"auto", `fallback = "auto"`, nil, true},
			{"yes", "", []string{"--yes"}, true},
			{"ask, without a terminal", "", nil, false},
			{"never", `fallback = "never"`, []string{"--yes"}, false},
		} {
			m, ps := load(t, strings.Replace(twoWays, "FALLBACK", c.declared, 1))
			k := newKit(t, shell, m, ps)
			if !c.taken {
				if out := k.want(1, c.args...); strings.Contains(out, "run with --yes") != (c.declared == "") {
					t.Errorf("%s:\n%s", c.name, out)
				}
				if order := strings.Join(k.lines("order"), " "); strings.Contains(order, "build") || strings.Contains(order, "undo") {
					t.Errorf("%s: %s", c.name, order)
				}
				continue
			}
			out := k.want(0, c.args...)
			contains(t, out, "This step has a fallback", "[2/4] start   fetch/build", "[4/4] done    fetch/use", "Switching to the fallback for fetch", "All 4 steps of goal 'g' are done")
			mustEqual(t, c.name, strings.Join(k.lines("order"), " "), "fetch aside undo-fetch aside_too build use")
			contains(t, k.want(0, "status"), "fetch/build", "switched to the fallback for fetch", "4 of 4 steps")
			contains(t, k.want(0, "report"), "fetch/build")
			// What is done stays done, and the first way is open again.
			contains(t, k.want(0), "Nothing to do")
			k.write("online", "")
			contains(t, k.want(0, "--from", "fetch"), "Switching back to the plan")
			mustEqual(t, c.name, strings.Join(k.lines("order")[6:], " "), "fetch load use")
			contains(t, k.want(0), "Nothing to do")
		}
	})
}

// TestFallbackGoesOn interrupts a run in the middle of a fallback: the next run
// goes on with it, and doesn't try the failed step again.
func TestFallbackGoesOn(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, strings.Replace(twoWays, "FALLBACK", `fallback = "auto"`, 1))
		k := newKit(t, shell, m, ps)
		k.write("broken", "")
		contains(t, k.want(1), "FAILED  fetch/build")
		if err := os.Remove(filepath.Join(k.dir, "broken")); err != nil {
			t.Fatal(err)
		}
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "fetch aside undo-fetch aside_too build build use")
	})
}

// TestFallbackAsks answers the question on a terminal.
func TestFallbackAsks(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for _, c := range []struct {
			answer string
			status int
			order  string
		}{
			{"y\n", 0, "fetch aside undo-fetch aside_too build use"},
			{"n\n", 1, "fetch aside"},
		} {
			m, ps := load(t, strings.Replace(twoWays, "FALLBACK", "", 1))
			k := newKit(t, shell, m, ps)
			// The answer waits in the terminal until the question is put.
			out, status := k.onTerminal(c.answer)
			contains(t, out, "Switch to the fallback for fetch (2 steps, cost 10)? [y/N]")
			mustEqual(t, "status", status, c.status)
			mustEqual(t, "order", strings.Join(k.lines("order"), " "), c.order)
			if t.Failed() {
				t.Log(out)
			}
		}
	})
}

// onTerminal runs deploy.sh on a terminal, with what is typed there.
func (k *kit) onTerminal(typed string) (string, int) {
	k.t.Helper()
	return k.watchTerminal(typed, func(func() string) {})
}

// watchTerminal is onTerminal with a function that is called while deploy.sh runs. It is
// given what stands on the terminal so far.
func (k *kit) watchTerminal(typed string, watch func(shown func() string)) (string, int) {
	k.t.Helper()
	tooltest.Need(k.t, "script")
	interpreter := k.shell
	if k.shell == "busybox" {
		interpreter = "busybox sh"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "script", "-qec", interpreter+" deploy.sh", "/dev/null")
	cmd.Dir = k.dir
	cmd.Env = append(os.Environ(), "TERM=xterm", "SHELL=/bin/sh")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	var out lockedBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	if _, err := stdin.Write([]byte(typed)); err != nil {
		k.t.Fatal(err)
	}
	watch(out.String)
	_ = cmd.Wait()
	_ = stdin.Close()
	return out.String(), cmd.ProcessState.ExitCode()
}

// liveLine is the live line's information about one running step. Its durations are read by
// time.ParseDuration.
type liveLine struct {
	done, of        int
	left, step, ran string
}

var livePattern = regexp.MustCompile(`\[(\d+)/(\d+)\] about ([0-9hms]+) left: (\w+) ([0-9hms]+)`)

func liveLines(t *testing.T, shown string) (lines []liveLine) {
	t.Helper()
	for _, m := range livePattern.FindAllStringSubmatch(shown, -1) {
		l := liveLine{left: m[3], step: m[4], ran: m[5]}
		_, _ = fmt.Sscan(m[1]+" "+m[2], &l.done, &l.of)
		lines = append(lines, l)
	}
	return lines
}

// TestLiveView shows the output on a terminal during a run: how much
// is done, and the time left by the plan, then by what the last run took. Each step
// goes on until a live line has told of it, so that no line depends on how busy the machine is:
// what it says is left is what the steps are to take, less what it says has run.
func TestLiveView(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		body := func(name string) string { return "until [ -f go." + name + " ]; do sleep 0.1; done; rm go." + name }
		k := newKit(t, shell, m, plans(planOf(m,
			task{name: "slow", run: body("slow"), takes: 100},
			task{name: "after", needs: "slow", run: body("after"), start: 100, takes: 100})))
		check := func(of string, slow, after int) {
			t.Helper()
			out, status := k.watchTerminal("", func(shown func() string) {
				for _, name := range []string{"slow", "after"} {
					waitFor(t, func() bool {
						lines := liveLines(t, shown())
						return len(lines) > 0 && lines[len(lines)-1].step == name
					})
					k.write("go."+name, "")
				}
			})
			mustEqual(t, "status", status, 0)
			for _, l := range liveLines(t, out) {
				left, err := time.ParseDuration(l.left)
				ran, err2 := time.ParseDuration(l.ran)
				if err != nil || err2 != nil {
					t.Fatalf("%s: %v: %v %v", of, l, err, err2)
				}
				want, done := max(0, slow-int(ran.Seconds()))+after, 0
				if l.step == "after" {
					want, done = max(0, after-int(ran.Seconds())), 1
				}
				if int(left.Seconds()) != want || l.done != done || l.of != 2 {
					t.Errorf("%s: the live line %v: %d of 2 are done, %d s are left", of, l, done, want)
				}
			}
			if i := strings.Index(out, "slow ("); i < 0 || strings.Contains(out[i:], "[0/2]") {
				t.Errorf("%s: the live line is of the time before a step was done: %q", of, out)
			}
		}
		check("by the plan", 100, 100)
		k.write(".omegagen/durations", "slow 300\nafter 300\n")
		if err := os.RemoveAll(filepath.Join(k.dir, ".omegagen/state")); err != nil {
			t.Fatal(err)
		}
		check("by the last run", 300, 300)
		contains(t, k.want(0), "Nothing to do")
	})
}

// TestFallbackKilled kills runs that take a fallback. The next ones end in the
// goal state, by the fallback.
func TestFallbackKilled(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		for i := range 6 {
			m, ps := load(t, strings.Replace(twoWays, "FALLBACK", `fallback = "auto"`, 1))
			k := newKit(t, shell, m, ps)
			cmd := k.command(context.Background())
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(random.Intn(2000)) * time.Millisecond)
			kill(k, cmd, i%3)
			_ = cmd.Wait()
			k.want(0)
			contains(t, k.want(0), "Nothing to do")
			// What was in flight ran again; killed before fetch began, aside has waited for it in vain.
			order := strings.Join(k.lines("order"), " ")
			if !regexp.MustCompile(`^(aside )*fetch .*undo-fetch .*build( build)* use( use)*$`).MatchString(order) {
				t.Errorf("order: %s", order)
			}
			contains(t, k.want(0, "status"), "4 of 4 steps", "switched to the fallback for fetch")
		}
	})
}
