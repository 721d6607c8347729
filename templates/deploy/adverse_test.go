package deploy_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// smallDisk puts the kit on a disk of its own of 1 MB, in the kit's folder, and
// returns a function that reads a file beside that disk.
func smallDisk(t *testing.T, k *kit) func(string) []string {
	t.Helper()
	k.edit("deploy/plan.sh", "min_disk_kb=102400", "min_disk_kb=10")
	outside := k.dir
	disk := filepath.Join(outside, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk).CombinedOutput(); err != nil {
		tooltest.Missing(t, "a small disk cannot be mounted, which takes root and mount: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	if err := os.CopyFS(filepath.Join(disk, "deploy"), os.DirFS(filepath.Join(outside, "deploy"))); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range []string{"deploy.sh", artifact.RunbookPath} {
		files[name] = k.read(name)
	}
	k.dir = disk
	for name, content := range files {
		k.write(name, content)
	}
	return func(file string) []string {
		b, err := os.ReadFile(filepath.Join(outside, file))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(b))
	}
}

// onSmallDisk mounts a disk of 8 MB, room for three releases, at the kit's folder, with what is there.
func onSmallDisk(t *testing.T, k *kit) {
	t.Helper()
	if strings.Contains(k.read("deploy/plan.sh"), "min_disk_kb=102400") {
		k.edit("deploy/plan.sh", "min_disk_kb=102400", "min_disk_kb=10")
	}
	beside := filepath.Join(t.TempDir(), "kit")
	if err := os.CopyFS(beside, os.DirFS(k.dir)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", k.dir).CombinedOutput(); err != nil {
		tooltest.Missing(t, "a small disk cannot be mounted, which takes root and mount: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", k.dir).Run() })
	if err := os.CopyFS(k.dir, os.DirFS(beside)); err != nil {
		t.Fatal(err)
	}
}

// fill leaves no room on the small disk.
func fill(k *kit) {
	k.t.Helper()
	c := exec.Command("sh", "-c", "cat /dev/zero >filler 2>/dev/null || :")
	c.Dir = k.dir
	if err := c.Run(); err != nil {
		k.t.Fatal(err)
	}
}

// makeRoom removes what filled the small disk, and keeps it from being filled.
func makeRoom(t *testing.T, k *kit) {
	t.Helper()
	if err := os.Remove(filepath.Join(k.dir, "filler")); err != nil {
		t.Fatal(err)
	}
	k.write("../room", "")
}

const fillDisk = "[ -f ../room ] || cat /dev/zero >filler 2>/dev/null || :\n"

// TestFullDisk fills the disk that the kit lies on in the middle of a run. The
// run reports that and ends; once there is space again, the next one resumes.
func TestFullDisk(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m,
			task{name: "a", run: "echo a >>../order", edit: validated("grep -q a ../order")},
			task{name: "fill", needs: "a", run: fillDisk + "echo fill >>../order"},
			task{name: "b", needs: "fill", run: "echo b >>../order"},
		)))
		order := smallDisk(t, k)
		contains(t, k.want(1), "FAILED  b", "Recording the step failed: the disk is full (0 KB free in "+k.dir+"/.omegagen).", "Cannot write the report")
		contains(t, k.want(3), "or the disk full?")
		makeRoom(t, k)
		k.want(0)
		mustEqual(t, "order", order("order"), []string{"a", "fill", "b"})
	})
}

// TestFullDiskIsTheCause shows that a full disk is named as what made a step
// fail, and before its runbook; without that where it was deploy.sh itself that
// could not write. A body that had ended well before that doesn't run again.
func TestFullDiskIsTheCause(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for _, c := range []struct {
			end   string // of the body that fills the disk
			want  string
			book  bool
			order string
		}{
			{"", "deploy.sh could not write a file that it needs for this step: the disk is full (0 KB free in ", false, "fill"},
			{"[ -f ../room ] || exit 7", "A possible cause: the disk is full (0 KB free in ", true, "fill fill"},
		} {
			m := model()
			p := planOf(m, task{name: "fill", run: fillDisk + "echo fill >>../order\n" + c.end, edit: validated("grep -q fill ../order")})
			m.Runbooks = []*manifest.Runbook{{Name: "book", Title: "Fix the step", Covers: []string{"action.fill"}}}
			k := newKit(t, shell, m, plans(p))
			order := smallDisk(t, k)
			out := k.want(1)
			cause, book := strings.Index(out, c.want), strings.Index(out, "Fix the step")
			if cause < 0 || c.book != (book > cause) || strings.Contains(out, "status 125") || strings.Contains(out, "printf") {
				t.Errorf("%q: what is said of a full disk:\n%s", c.end, out)
			}
			makeRoom(t, k)
			k.want(0)
			mustEqual(t, "order", strings.Join(order("order"), " "), c.order)
		}
	})
}

// TestFullDiskUndoesNothing shows that no step is taken for undone because the
// disk is too full for its validation to be tried.
func TestFullDiskUndoesNothing(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		var tasks []task
		for i := range 6 {
			tasks = append(tasks, task{name: fmt.Sprint("s", i), run: "echo s >>../order", edit: validated("grep -q s ../order")})
		}
		k := newKit(t, shell, m, plans(planOf(m, tasks...)))
		order := smallDisk(t, k)
		k.want(0)
		fill := exec.Command("sh", "-c", "rm .omegagen/run/*; cat /dev/zero >filler; truncate -s -8K filler") // room for two small files
		fill.Dir = k.dir
		if err := fill.Run(); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(3), "Cannot check whether ", " is done: the disk ")
		makeRoom(t, k)
		contains(t, k.want(0), "Nothing to do")
		mustEqual(t, "bodies that ran", len(order("order")), len(tasks))
	})
}

// TestRemovedState takes records away, between runs and under a run.
func TestRemovedState(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m,
			task{name: "a", run: "echo a >>order", edit: validated("grep -q a order")},
			task{name: "b", needs: "a", run: "echo b >>order"},
			task{name: "c", needs: "b", run: "echo c >>order; [ -f again ] || rm -r .omegagen/state"},
		)))
		contains(t, k.want(1), "FAILED  c", "Recording the step failed: the folder "+k.dir+"/.omegagen/state no longer exists.")
		k.write("again", "")
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order"), " "), "a b c a b c")
		if err := os.Remove(filepath.Join(k.dir, ".omegagen/state/b.done")); err != nil {
			t.Fatal(err)
		}
		k.want(0)
		mustEqual(t, "order", strings.Join(k.lines("order")[6:], " "), "b c") // nothing says that b has made the same
		// Records and figures that something has cut short are none.
		record, _, _ := strings.Cut(k.read(".omegagen/state/a.done"), "end ")
		for _, text := range []string{"", record} {
			k.write(".omegagen/state/a.done", text)
			k.write(".omegagen/state/took", "")
			k.write(".omegagen/durations", "a x\nb\n")
			k.want(6, "status")
			k.want(0)
		}
		contains(t, k.want(0), "Nothing to do")
	})
}

// TestLeftBehind runs bodies that leave a daemon, and that flood their log. The
// run ends all the same, and a daemon of a body that succeeded lives on.
func TestLeftBehind(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m,
			task{name: "daemon", run: "sleep 300 & echo $! >pid", edit: validated("kill -0 $(cat pid)")},
			task{name: "flood", run: "awk 'BEGIN { for (i = 0; i < 400000; i++) print \"a flood of words that nobody reads\" }'"},
			task{name: "fails", needs: "daemon flood", run: "sleep 300 & echo $! >left; [ -f go-on ]"},
		)))
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		cmd := k.command(ctx)
		err := cmd.Run()
		if ctx.Err() != nil || err == nil || cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%v, %v", err, ctx.Err())
		}
		var daemon, left int
		fmt.Sscan(k.read("pid"), &daemon)
		fmt.Sscan(k.read("left"), &left)
		t.Cleanup(func() { _, _ = syscall.Kill(daemon, syscall.SIGKILL), syscall.Kill(left, syscall.SIGKILL) })
		if syscall.Kill(daemon, 0) != nil {
			t.Error("the daemon of a body that succeeded is gone")
		}
		if st, err := os.Stat(filepath.Join(k.dir, ".omegagen/logs/flood.log")); err != nil || st.Size() < 400000*30 || st.Mode().Perm() != 0o600 {
			t.Errorf("the log: %v %v", st, err)
		}
		k.write("go-on", "")
		k.want(0)
		var again int
		fmt.Sscan(k.read("left"), &again)
		_ = syscall.Kill(again, syscall.SIGKILL)
	})
}

// TestWithoutSetsid runs without setsid: bash gives each body a group
// by set -m, the others find a body's descendants by ps. A hanging body and
// what it has started are ended, by a timeout, by a signal, and after a kill.
func TestWithoutSetsid(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m,
			task{name: "late", run: "sleep 300 & echo $! >>children; sleep 300", edit: func(a *manifest.Action) { a.Timeout, a.OnFailure = time.Second, "continue" }},
			task{name: "waits", run: "[ ! -f go-on ] || exit 0; sleep 300 & echo $! >>children; sleep 300"},
		)))
		for _, name := range strings.Fields("sh dash bash busybox awk sed date od sha256sum cp mv rm ln mkdir mkfifo sync sleep ps tr cat df dirname readlink chmod tail wc grep printf") {
			if err := os.Symlink(tooltest.Need(t, name)[0], filepath.Join(k.bin, name)); err != nil {
				t.Fatal(err)
			}
		}
		start := func() *exec.Cmd {
			cmd := k.command(context.Background())
			cmd.Env = []string{"PATH=" + k.bin}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			return cmd
		}
		cmd := start()
		waitFor(t, func() bool { return strings.Contains(k.read(".omegagen/logs/late.log"), "timed out after") })
		waitFor(t, func() bool { return len(k.lines("children")) == 2 })
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		mustEqual(t, "status", cmd.ProcessState.ExitCode(), 143)
		cmd = start()
		waitFor(t, func() bool { return len(k.lines("children")) == 4 })
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		k.write("go-on", "")
		cmd = start()
		_ = cmd.Wait()
		mustEqual(t, "status", cmd.ProcessState.ExitCode(), 1)
		waitFor(t, func() bool { return strings.Contains(k.read(".omegagen/logs/waits.log"), "end waits: done") })
		for _, word := range k.lines("children") {
			var pid int
			fmt.Sscan(word, &pid)
			waitFor(t, func() bool { return !alive(pid) })
		}
	})
}

// alive reports whether a process runs; one that has ended and that nobody has
// waited for doesn't.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(after, "Z")
}

// TestPoorSurroundings runs without output, without a utility, and in a folder
// that can only be read.
func TestPoorSurroundings(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "echo a >>order"})), artifact.Artifact{Path: "x", Content: []byte("x")})
		interpreter := shell
		if shell == "busybox" {
			interpreter = "busybox sh"
		}
		for i, closed := range []string{">&-", "2>&-", ">&- 2>&- <&-", ">/dev/full 2>/dev/full"} {
			cmd := exec.Command("sh", "-c", interpreter+" deploy.sh --from a "+closed)
			cmd.Dir = k.dir
			if out, err := cmd.CombinedOutput(); err != nil || len(k.lines("order")) != i+1 {
				t.Errorf("%s: %v\n%s", closed, err, out)
			}
		}
		k.env = []string{"PATH=" + k.bin}
		for _, name := range strings.Fields("sh sed date od sha256sum cp mv rm ln mkdir mkfifo sync sleep ps cat df dirname chmod wc grep printf " + shell) {
			if err := os.Symlink(tooltest.Need(t, name)[0], filepath.Join(k.bin, name)); err != nil {
				t.Fatal(err)
			}
		}
		contains(t, k.want(3), "not found in PATH: awk tail tr.")
		k.env = nil
		disk := filepath.Join(k.dir, "disk")
		for _, c := range [][]string{{"mkdir", disk}, {"mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk}, {"cp", "-R", "deploy.sh", "deploy", "x", disk}, {"mount", "-o", "remount,ro", disk}} {
			cmd := exec.Command(c[0], c[1:]...)
			cmd.Dir = k.dir
			if out, err := cmd.CombinedOutput(); err != nil {
				tooltest.Missing(t, "%v, which takes root and mount: %v %s", c, err, out)
			}
		}
		t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
		k.dir = disk
		contains(t, k.want(3), "Cannot create the folder", "give this user write permission for")
		contains(t, k.want(6, "status"), "0 of 1 steps")
	})
}

// TestFullDiskOfRollback shows that a rollback without room changes nothing that runs,
// and that the next run, or the rollback again, ends in a whole state.
func TestFullDiskOfRollback(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := releasing{}.install(t, nil, shell)
		onSmallDisk(t, k)
		source(k, "one")
		contains(t, k.want(0), "This is release 1.")
		source(k, "two")
		contains(t, k.want(0), "This is release 2.")
		fill(k)
		out, status := k.run("rollback", "--yes")
		if status == 0 || !strings.Contains(out, "full") {
			t.Errorf("a rollback without room ends with %d:\n%s", status, out)
		}
		mustEqual(t, "running", running(k), "two two")
		makeRoom(t, k)
		k.want(0)
		mustEqual(t, "running after the next run", running(k), "two two")
		k.want(0, "rollback", "--yes")
		mustEqual(t, "running after the rollback", running(k), "one one")
	})
}

// TestFullDiskOfAdoption shows that a folder without room takes nothing over.
func TestFullDiskOfAdoption(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		a, b := deployed(t, shell)
		secret := a.read(".omegagen/secrets/password")
		onSmallDisk(t, b)
		fill(b)
		out, status := b.run("adopt", a.dir)
		if status == 0 || !strings.Contains(out, "full") {
			t.Errorf("a takeover without room ends with %d:\n%s", status, out)
		}
		mustEqual(t, "the secret", a.read(".omegagen/secrets/password"), secret)
		contains(t, a.want(0), "Nothing to do")
		makeRoom(t, b)
		b.want(0, "adopt", a.dir)
		mustEqual(t, "the secret", b.read(".omegagen/secrets/password"), secret)
	})
}
