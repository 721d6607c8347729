package deploy_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// TestSurvivingBody kills a run whose bodies continue without it to their ends, and
// shows that the next run knows how each of them ended: one that failed is run again
// although its validation passes, one that ended well is done, and of
// one that was itself killed the validation decides.
func TestSurvivingBody(t *testing.T) {
	inBash := func(a *manifest.Action) { a.Shell = "bash" }
	bodies := []struct {
		name, end string
		status    string // "" where the next run doesn't run it again
		edit      func(*manifest.Action)
	}{
		{"fails", "exit 3", "3", nil},
		{"stumbles", "false\necho unreached >>ends", "1", nil},
		{"traps", "trap 'echo trapped >>ends' EXIT\nexit 4", "4", nil},
		{"execs", "exec sh -c 'exit 5'", "5", nil},
		{"pipes", "(exit 6) | true", "6", inBash},
		{"bash_traps", "trap 'echo trapped >>ends' EXIT; exit 7", "7", inBash},
		{"ends", "true", "", nil},
		{"leaves", "exit 0", "", nil},
		{"execs_well", "exec true", "", nil},
		{"is_killed", "kill -KILL $$", "", nil},
	}
	inShells(t, func(t *testing.T, shell string) {
		for how := range 2 { // the script alone, its process group
			m := model()
			var tasks []task
			for _, b := range bodies {
				tasks = append(tasks, task{name: b.name, run: "echo " + b.name + " >>runs\n[ ! -f again ] || exit 0\nuntil [ -f go-on ]; do sleep 0.1; done\n" + b.end,
					edit: with(validated("true"), func(a *manifest.Action) {
						a.OnFailure = "continue"
						if b.edit != nil {
							b.edit(a)
						}
					})})
			}
			k := newKit(t, shell, m, plans(planOf(m, tasks...)))
			cmd := k.command(context.Background(), "--jobs", "20")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, func() bool { return len(k.lines("runs")) == len(bodies) })
			kill(k, cmd, how)
			_ = cmd.Wait()
			k.write("go-on", "")
			waitFor(t, func() bool { return !atWork(k) })
			k.write("again", "")
			out := k.want(0)
			again := strings.Join(k.lines("runs")[len(bodies):], " ") + " "
			for _, b := range bodies {
				if ran := strings.Contains(again, b.name+" "); ran != (b.status != "") && (how == 1 || b.name != "is_killed") {
					t.Errorf("%d: %s was run again: %v\n%s", how, b.name, ran, out)
				}
				switch {
				case how == 0: // its worker has lived on, and recorded its end
				case b.status != "":
					contains(t, out, b.name+" was running when the last run ended, and its script failed (status "+b.status+"); running it again.")
				default:
					contains(t, out, b.name+" was running when the last run ended; validation shows that it is done.")
				}
			}
			if ends := k.read("ends"); strings.ReplaceAll(ends, "trapped\n", "") != "" || strings.Count(ends, "trapped\n") != 2 {
				t.Errorf("what bodies do at their end: %q", ends)
			}
			contains(t, k.want(0), "Nothing to do")
		}
	})
}

// TestEndlessBody shows that a run that waits for processes of a killed run prints how
// to stop them, be it a worker or only a body, and that this works.
func TestEndlessBody(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for how, left := range []string{"Waiting for step endless ", "Waiting for the script of step endless "} {
			m := model()
			k := newKit(t, shell, m, plans(planOf(m, task{name: "endless", run: "echo x >>runs\n[ -f again ] || sleep 1000", edit: validated("test -f again")})))
			cmd := k.command(context.Background())
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, func() bool { return k.read("runs") != "" })
			kill(k, cmd, how)
			_ = cmd.Wait()
			k.write("again", "")
			var out lockedBuffer
			next := k.command(context.Background())
			next.Stdout, next.Stderr = &out, &out
			if err := next.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, func() bool { return strings.Contains(out.String(), "To stop it: ") })
			contains(t, out.String(), left)
			_, end, _ := strings.Cut(out.String(), "To stop it: ")
			if said, err := exec.Command("sh", "-c", end).CombinedOutput(); err != nil {
				t.Errorf("%s: %v %s", end, err, said)
			}
			if err := next.Wait(); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			contains(t, out.String(), "endless was running when the last run ended; validation shows that it is done.")
		}
	})
}

// lockedBuffer is output that may be looked at while it grows.
type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}

// atWork reports whether a worker or a body of a step in flight is alive.
func atWork(k *kit) bool {
	time.Sleep(300 * time.Millisecond)
	records, _ := filepath.Glob(filepath.Join(k.dir, ".omegagen/state/*.run"))
	for _, r := range records {
		b, err := os.ReadFile(r)
		if err != nil {
			return true
		}
		for _, line := range strings.Split(string(b), "\n") {
			words := strings.Fields(line)
			if len(words) < 3 || words[0] != "worker" && words[0] != "body" {
				continue
			}
			if alive(number(words[1])) {
				return true
			}
		}
	}
	return false
}

func number(word string) int {
	n, _ := strconv.Atoi(word)
	return n
}
