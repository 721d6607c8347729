package deploy_test

import (
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// outage lets a fault befall calls of docker: while the file "at" is there, with two numbers, those from the
// first to the second run "hook" before anything else.
const outage = `if [ -f "$w/at" ]; then
    read -r from to <"$w/at"
    echo x >>"$w/count"
    n=$(wc -l <"$w/count")
    [ "$n" -lt "$from" ] || [ "$n" -gt "$to" ] || . "$w/hook"
fi
`

// befall sets the calls that the fault befalls, counted from now; none for 0, 0.
func befall(k *kit, from, to int) {
	k.t.Helper()
	for _, f := range []string{"at", "count"} {
		if err := os.Remove(filepath.Join(k.bin, "world", f)); err != nil && !os.IsNotExist(err) {
			k.t.Fatal(err)
		}
	}
	if from > 0 {
		k.write("../bin/world/at", fmt.Sprintf("%d %d\n", from, to))
	}
}

// whole fails unless three replicas run as docker-compose.yml says, and no fewer than two ever did since watch.
func whole(k *kit, what, said string) {
	k.t.Helper()
	for _, name := range strings.Fields(there(k)) {
		fields := strings.Fields(k.read("../bin/world/c/" + name))
		c := exec.Command(filepath.Join(k.bin, "docker"), "compose", "x", "config", "--hash", fields[1])
		c.Dir = k.dir
		now, err := c.Output()
		if err != nil {
			k.t.Fatal(err)
		}
		if fields[5] != "running" || strings.TrimSpace(string(now)) != fields[1]+" "+fields[3] {
			k.t.Errorf("%s: %s is %q, and should have %s\n%s", what, name, fields, now, said)
		}
	}
	if there(k) != "test-web-1 test-web-2 test-web-3" {
		k.t.Errorf("%s: not whole: %s\n%s", what, there(k), said)
	}
	if got := fewest(k); got < 2 {
		k.t.Errorf("%s: only %d containers served\n%s", what, got, said)
	}
}

// TestFaults lets the daemon restart, and the disk of .omegagen become full, in the middle of rollouts and of
// rollbacks: the run says so and fails, or copes; the next one ends in a whole state, and never is more than one of the
// replicas down. What it deployed is a release then.
func TestFaults(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		version := func(n int) string { return replicas("web", fmt.Sprintf("env = { A = \"%d\" }", n)) }
		k := rolling(t, nil, shell, version(0))
		k.edit("deploy/plan.sh", "min_disk_kb=102400", "min_disk_kb=10")
		lines := strings.SplitAfterN(rollingProgram, "\n", 2)
		k.program("docker", lines[0]+outage+lines[1])
		state := filepath.Join(k.dir, ".omegagen")
		if err := os.Mkdir(state, 0o700); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", state).CombinedOutput(); err != nil {
			tooltest.Missing(t, "a small disk cannot be mounted, which takes root and mount: %v %s", err, out)
		}
		t.Cleanup(func() { _ = exec.Command("umount", "-l", state).Run() })
		filler := filepath.Join(state, "filler")
		k.want(0)
		befall(k, 1<<30, 1<<30) // counts only
		rolling(t, k, shell, version(1))
		k.edit("deploy/plan.sh", "min_disk_kb=102400", "min_disk_kb=10")
		k.want(0)
		calls := len(k.lines("../bin/world/count"))
		for n := 2; n < 4+max(kills()-30, 0)/30; n++ { // make soak asks for more
			fault, hook, length := "daemon", "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1\n", 4
			if n%2 == 1 {
				fault, hook, length = "disk", "cat /dev/zero >\""+filler+"\" 2>/dev/null || :\n", 1<<30
			}
			k.write("../bin/world/hook", hook)
			for _, verb := range []string{"up", "rollback"} {
				watch(k)
				if verb == "up" {
					rolling(t, k, shell, version(n))
					k.edit("deploy/plan.sh", "min_disk_kb=102400", "min_disk_kb=10")
				}
				at := 1 + random.Intn(calls)
				befall(k, at, at+length)
				out, code := k.run(verb, "--yes")
				befall(k, 0, 0)
				_ = os.Remove(filler)
				what := fmt.Sprintf("%s at call %d of %s, exit status %d", fault, at, verb, code)
				switch code {
				case 0, 1, 3:
				default:
					t.Errorf("%s:\n%s", what, out)
				}
				if code != 0 && !strings.Contains(out, map[string]string{"daemon": "ocker", "disk": "disk"}[fault]) {
					t.Errorf("%s: the cause isn't named:\n%s", what, out)
				}
				next := k.want(0, "--yes")
				whole(k, what, out+next)
				contains(t, k.want(0), "Nothing to do")
				if history := k.want(0, "history"); strings.Contains(history, "changed since") {
					t.Errorf("%s: what runs is no release:\n%s\n%s\n%s", what, history, out, next)
				}
				if t.Failed() {
					return
				}
			}
		}
	})
}
