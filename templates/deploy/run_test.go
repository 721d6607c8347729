package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
)

func with(edits ...func(*manifest.Action)) func(*manifest.Action) {
	return func(a *manifest.Action) {
		for _, e := range edits {
			e(a)
		}
	}
}

func validated(script string) func(*manifest.Action) {
	return func(a *manifest.Action) { a.Validate = manifest.PlainText(script) }
}

func rolledBack(script string) func(*manifest.Action) {
	return func(a *manifest.Action) { a.Rollback = manifest.PlainText(script) }
}

// afterFailure waits in a body until another step has failed, and a while more.
func afterFailure(name string) string {
	return "until [ -f .omegagen/state/" + name + ".failed ]; do sleep 0.1; done; sleep 2; "
}

func TestFailure(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "a", run: "echo a >>order"},
			task{name: "bad", needs: "a", run: "echo the last words\n[ -f fixed ] || exit 7\necho bad >>order"},
			task{name: "beside", run: afterFailure("bad") + "echo beside >>order"},
			task{name: "after", needs: "bad", run: "echo after >>order"},
			task{name: "late", needs: "beside", run: "echo late >>order"},
		)
		m.Runbooks = []*manifest.Runbook{{Name: "book", Title: "It is bad", Symptoms: []string{"a symptom"}, Resolution: "touch fixed", Covers: []string{"action.bad"}}}
		k := newKit(t, shell, m, plans(p))
		out := k.want(1)
		contains(t, out, "FAILED  bad", "| the last words", "exited with status 7", ".omegagen/logs/bad.log", "It is bad", "a symptom", "touch fixed", "to resume")
		mustEqual(t, "order", k.lines("order"), []string{"a", "beside"})
		contains(t, k.want(6, "status"), "failed               bad", "done", "2 of 5 steps")
		if out := k.want(1); strings.Count(out, "| the last words") != 1 {
			t.Errorf("what an earlier run said is shown too:\n%s", out)
		}
		k.write("fixed", "")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order")[:2], " "), "a beside")
		for _, name := range []string{"bad", "after", "late"} {
			mustEqual(t, name, strings.Count(k.read("order"), name+"\n"), 1)
		}
		contains(t, k.want(0, "logs", "bad"), "attempt 1", "end bad: failed", "end bad: done")
	})
}

func TestOnFailure(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		tasks := func(edit func(*manifest.Action)) []task {
			return []task{
				{name: "a", run: "echo a >>order", edit: rolledBack("echo undo-a >>order")},
				{name: "b", needs: "a", run: "echo b >>order", edit: rolledBack("echo undo-b >>order")},
				{name: "bad", needs: "b", run: "false", edit: edit},
				{name: "after", needs: "bad", run: "echo after >>order"},
				{name: "beside", needs: "b", run: afterFailure("bad") + "echo beside >>order"},
				{name: "free", needs: "beside", run: "echo free >>order"},
			}
		}
		for _, c := range []struct {
			edit func(*manifest.Action)
			want string
		}{
			{func(a *manifest.Action) { a.OnFailure = "stop" }, "a b beside"},
			{func(a *manifest.Action) { a.OnFailure = "continue" }, "a b beside free"},
			{func(a *manifest.Action) { a.Optional = true }, "a b beside free"},
			{func(a *manifest.Action) { a.OnFailure = "rollback" }, "a b beside undo-b undo-a"},
		} {
			m := model()
			k := newKit(t, shell, m, plans(planOf(m, tasks(c.edit)...)))
			k.want(1)
			mustEqual(t, "order", strings.Join(k.lines("order"), " "), c.want)
		}
	})
}

func TestUninstall(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "a", run: "echo a >>order", edit: rolledBack("echo undo-a >>order")},
			task{name: "b", needs: "a", run: "echo b >>order"},
			task{name: "c", needs: "b", run: "echo c >>order", edit: rolledBack("echo undo-c >>order")},
		)
		k := newKit(t, shell, m, plans(p))
		k.want(0)
		contains(t, k.want(0, "uninstall", "--dry-run"), "echo undo-a")
		contains(t, k.want(2, "uninstall"), "--yes")
		k.want(0, "uninstall", "--yes")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a b c undo-c undo-a")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a b c undo-c undo-a a b c")
	})
}

func TestJobsAndResources(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		r := &manifest.Resource{Origin: origin("resource.r"), Name: "build-slot", Capacity: 2}
		m.Resources = []*manifest.Resource{r}
		// Each body counts those that run beside it.
		body := "touch here.$$; ls here.* | wc -l >>peak; sleep 2; rm here.$$"
		var tasks []task
		for i := range 6 {
			tasks = append(tasks, task{name: fmt.Sprintf("s%d", i), run: body + fmt.Sprintf("; echo s%d >>order", i), takes: 1, start: i / 2,
				edit: func(a *manifest.Action) { a.Uses = []manifest.Use{{Resource: r, Amount: 1}} }})
		}
		k := newKit(t, shell, m, plans(planOf(m, tasks...)))
		k.want(0)
		for _, n := range k.lines("peak") {
			if n > "2" {
				t.Errorf("%s bodies at once with a resource of capacity 2", n)
			}
		}
		m = model()
		for i := range tasks {
			tasks[i].edit = nil
		}
		k = newKit(t, shell, m, plans(planOf(m, tasks...)))
		k.want(0, "--jobs", "3")
		peak := "0"
		for _, n := range k.lines("peak") {
			peak = max(peak, n)
		}
		mustEqual(t, "peak", peak, "3")
	})
}

func TestRetriesAndTimeout(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "flaky", run: "echo x >>tries; [ $(wc -l <tries) -ge 3 ]", edit: func(a *manifest.Action) { a.Retries, a.Backoff = 2, time.Second }},
			task{name: "hangs", run: "sleep 300 & echo $! >child; trap 'echo term >>grace' TERM; while :; do sleep 0.2 || :; [ ! -f grace ] || echo lives >>grace; done", edit: func(a *manifest.Action) { a.Timeout, a.OnFailure = time.Second, "continue" }},
		)
		k := newKit(t, shell, m, plans(p))
		out := k.want(1)
		contains(t, out, "done    flaky", "timed out after 1s")
		// It got TERM, lived on for a while, and was ended all the same.
		if grace := k.lines("grace"); len(grace) < 5 || grace[0] != "term" {
			t.Errorf("a body that ignores TERM: %v", grace)
		}
		mustEqual(t, "tries", len(k.lines("tries")), 3)
		var pid int
		fmt.Sscan(k.read("child"), &pid)
		if err := syscall.Kill(pid, 0); err == nil {
			t.Error("a child of the body has survived")
		}
	})
}

func TestValidation(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "liar", run: "echo liar >>order; touch made", edit: validated("test -f made")},
			task{name: "lazy", needs: "liar", run: "echo lazy >>order", edit: with(validated("test -f present"), func(a *manifest.Action) { a.SkipWhenValid = true })},
			task{name: "end", needs: "lazy", run: "echo end >>order"},
		)
		k := newKit(t, shell, m, plans(p))
		k.write("present", "")
		contains(t, k.want(0), "valid   lazy")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "liar end")
		// A step that is no longer valid runs again. It is given what it was given
		// before, so those that need it don't.
		if err := os.Remove(filepath.Join(k.dir, "made")); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(0), "liar runs again: it is no longer valid")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "liar end liar")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "liar end liar")
	})
}

// TestLateLoss: that a check's worker is gone may be said when its step is
// already at work again. The step isn't lost by that.
func TestLateLoss(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "sleep 1; touch made", edit: validated("test -f made")})))
		k.edit("deploy/runtime.sh", "\n    run_selected\n    clock\n", "\n    [ -z \"$stage\" ] || echo 'lost a 1' >&3\n    run_selected\n    clock\n")
		k.want(0)
		if err := os.Remove(filepath.Join(k.dir, "made")); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(0), "a runs again: it is no longer valid")
	})
}

func TestFailedValidation(t *testing.T) {
	m := model()
	k := newKit(t, "dash", m, plans(planOf(m, task{name: "a", run: "true", edit: validated("echo no; exit 3")})))
	contains(t, k.want(1), "validation exited with status 3", "| no")
}

// TestErrexit shows that errexit is on in every body, whatever calls it.
func TestErrexit(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m,
			task{name: "a", run: "false\ntouch reached"},
			task{name: "b", run: "false | true\ntouch reached", edit: func(a *manifest.Action) { a.Shell = "bash" }},
		)))
		k.want(1)
		if k.read("reached") != "" {
			t.Error("a body went on after a failed command")
		}
		contains(t, k.read(".omegagen/logs/b.log"), "status 1")
	})
}

func TestChoices(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "a", run: "echo a >>order"},
			task{name: "b", needs: "a", run: "echo b >>order"},
			task{name: "c", needs: "b", run: "sleep 0.5; echo c >>order"},
		)
		k := newKit(t, shell, m, plans(p))
		contains(t, k.want(5, "--only", "b"), "the step a, which it needs, is not done")
		k.want(0, "--skip", "a", "--only=b")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "b")
		contains(t, k.want(6, "status"), "todo                 a", "done")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "b a c")
		k.want(0, "--from", "b")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "b a c b c")
		k.want(0, "up", "--only", "a")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "b a c b c a")
	})
}

func TestDryRun(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "touch made", edit: with(validated("test -f made"), func(a *manifest.Action) {
			a.Env = []manifest.EnvVar{{Name: "X", Value: manifest.PlainText("y")}}
			a.Workdir = "."
		})})))
		before, _ := os.ReadDir(k.dir)
		contains(t, k.want(0, "--dry-run=full"), "touch made", "test -f made")
		contains(t, k.want(0, "--dry-run"), "1 of 1 steps would run", "a (0s): it has not been done yet")
		files, _ := os.ReadDir(k.dir)
		mustEqual(t, "files", files, before)
	})
}

func TestUsage(t *testing.T) {
	m := model()
	k := newKit(t, "dash", m, plans(planOf(m, task{name: "build_image", run: "true"})))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"stauts"}, "did you mean 'status'?"},
		{[]string{"--goa", "x"}, "did you mean '--goal'?"},
		{[]string{"--goal", "defualt"}, "did you mean 'default'?"},
		{[]string{"--only", "build_imgae"}, "did you mean 'build_image'?"},
		{[]string{"--jobs", "0"}, "positive integer"},
		{[]string{"--jobs"}, "requires a value"},
		{[]string{"logs"}, "requires the name of an action"},
		{[]string{"status", "more"}, "unexpected argument"},
		{[]string{"build", "--push", "web"}, "unexpected argument 'web'"},
		{[]string{"--push"}, "--push is an option of build, not of up"},
	} {
		contains(t, k.want(2, c.args...), c.want)
	}
	contains(t, k.want(0, "--help"), "Usage:", "--accept-edits")
	contains(t, k.want(5, "report"), "no report yet")
}

func TestChecksums(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		other := artifact.Artifact{Kind: artifact.Custom, Path: "conf/a file.txt", Content: []byte("hello\n")}
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "touch made"})), other)
		k.write(other.Path, "edited\n")
		contains(t, k.want(5), "conf/a file.txt", "--accept-edits")
		if k.read("made") != "" {
			t.Error("a body ran")
		}
		contains(t, k.want(0, "--accept-edits"), "Accepted as edited: conf/a file.txt")
		k.want(0)
		k.write(other.Path, "edited again\n")
		k.want(5)
		contains(t, k.want(0, "--accept-edits"), "Accepted as edited: conf/a file.txt\n    @@ -1 +1 @@\n    -edited\n    +edited again\n")
		if err := os.Remove(filepath.Join(k.dir, other.Path)); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(5, "--accept-edits"), "is missing")
		k.write(other.Path, "hello\n")
		k.want(0)
		// A truncated deploy.sh does nothing.
		script := k.read("deploy.sh")
		i := strings.LastIndex(script, "main ")
		k.write("deploy.sh", script[:i])
		if out, _ := k.run(); out != "" {
			t.Errorf("a truncated script says %q", out)
		}
	})
}

func TestOtherPlan(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		first := []task{{name: "a", run: "echo a >>order"}, {name: "b", needs: "a", run: "echo b >>order"}}
		k := newKit(t, shell, m, plans(planOf(m, first...)))
		k.want(0)
		m = model()
		k.install(m, plans(planOf(m, append(first, task{name: "c", needs: "b", run: "echo c >>order"})...)))
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a b c")
		// A changed action is done again, with what needs it.
		m = model()
		first[1].run = "echo B >>order"
		k.install(m, plans(planOf(m, append(first, task{name: "c", needs: "b", run: "echo c >>order"})...)))
		contains(t, k.want(0, "--dry-run=full"), "echo B >>order", "echo c >>order")
		contains(t, k.want(0), "b runs again: its definition has changed")
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a b c B c")
	})
}

func TestSignal(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for _, c := range []struct {
			signal syscall.Signal
			status int
		}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}, {syscall.SIGHUP, 129}} {
			m := model()
			k := newKit(t, shell, m, plans(planOf(m,
				task{name: "a", run: "echo a >>order"},
				task{name: "slow", needs: "a", run: "echo $$ >pid; [ -f fast ] || sleep 100; echo slow >>order"},
			)))
			cmd := k.command(context.Background())
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, func() bool { return k.read("pid") != "" })
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != c.status {
				t.Errorf("%v: status %d instead of %d\n%s", c.signal, got, c.status, out.String())
			}
			var pid int
			fmt.Sscan(k.read("pid"), &pid)
			if syscall.Kill(pid, 0) == nil {
				t.Error("the body has survived")
			}
			k.write("fast", "")
			k.want(0)
			mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a slow")
		}
	})
}

func waitFor(t *testing.T, f func() bool) {
	t.Helper()
	for range 1200 {
		if f() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it did not happen within a minute")
}

func TestLock(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "slow", run: "touch begun; until [ -f go-on ]; do sleep 0.1; done; echo slow >>order"})))
		cmd := k.command(context.Background())
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, func() bool { _, err := os.Stat(filepath.Join(k.dir, "begun")); return err == nil })
		contains(t, k.want(4), fmt.Sprintf("(PID %d) is running", cmd.Process.Pid))
		contains(t, k.want(6, "status"), "running", fmt.Sprintf("deploy.sh is running (PID %d)", cmd.Process.Pid))
		k.write("go-on", "")
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		k.want(0)
		mustEqual(t, "order", k.lines("order"), []string{"slow"})
	})
}

// TestStaleLock lets several runs race for the lock of a dead run. One of them gets
// it, the others report that, and no body runs twice.
func TestStaleLock(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for range 3 {
			m := model()
			k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "echo a >>order; until [ -f go-on ]; do sleep 0.1; done"}, task{name: "b", needs: "a", run: "echo b >>order"})))
			if err := os.Mkdir(filepath.Join(k.dir, ".omegagen"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("999999:123:another-boot", filepath.Join(k.dir, ".omegagen/lock.3")); err != nil {
				t.Fatal(err)
			}
			status := make(chan int, 4)
			for range cap(status) {
				go func() {
					cmd := k.command(context.Background())
					_ = cmd.Run()
					status <- cmd.ProcessState.ExitCode()
				}()
			}
			seen := map[int]int{}
			for i := range cap(status) {
				if i == cap(status)-1 { // all but the winner have given up
					k.write("go-on", "")
				}
				seen[<-status]++
			}
			mustEqual(t, "statuses", fmt.Sprint(seen), "map[0:1 4:3]")
			mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a b")
		}
	})
}

// TestRandomPlans shows for random partial orders that every body starts after
// the end of all that it needs, that a resource is never taken twice, and that
// no more bodies run at once than --jobs allows.
func TestRandomPlans(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		for range 2 {
			m := model()
			lone := &manifest.Resource{Origin: origin("resource.lone"), Name: "lone", Capacity: 1}
			m.Resources = []*manifest.Resource{lone}
			var tasks []task
			for i := range 25 {
				name := fmt.Sprintf("t%02d", i)
				tk := task{name: name, run: fmt.Sprintf("echo start %[1]s >>events; sleep 0.%[2]d; echo end %[1]s >>events", name, random.Intn(3))}
				for j := range i {
					if random.Intn(8) == 0 {
						tk.needs += fmt.Sprintf(" t%02d", j)
					}
				}
				if random.Intn(4) == 0 {
					tk.edit = func(a *manifest.Action) { a.Uses = []manifest.Use{{Resource: lone, Amount: 1}} }
				}
				tasks = append(tasks, tk)
			}
			k := newKit(t, shell, m, plans(planOf(m, tasks...)))
			k.want(0, "--jobs", "4")
			ended, running, alone := map[string]bool{}, 0, 0
			for _, line := range strings.Split(strings.TrimSpace(k.read("events")), "\n") {
				what, name, _ := strings.Cut(line, " ")
				uses := 0
				for _, a := range m.Actions {
					if a.Name == name {
						uses = len(a.Uses)
					}
				}
				if what == "end" {
					ended[name] = true
					running--
					alone -= uses
					continue
				}
				running++
				alone += uses
				if running > 4 || alone > 1 {
					t.Errorf("%d bodies at once, %d with the lone resource", running, alone)
				}
				for _, need := range needsOf(tasks, name) {
					if !ended[need] {
						t.Errorf("%s started before %s ended", name, need)
					}
				}
			}
			mustEqual(t, "steps", len(ended), len(tasks))
		}
	})
}
