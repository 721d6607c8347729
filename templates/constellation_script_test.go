package templates_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// What the integration tests ask, as scripts that keep the rows in a file.
var constellationStandIns = map[string]string{
	"examples/constellation/app/bin/constellationctl": `
		[ "$3" != not-a-device ] || exit 1
		version=$(($(cat "$STATE/version" 2>/dev/null || echo 0) + 1))
		echo "$version" >"$STATE/version"
		echo "$3" >"$STATE/row" && mv "$STATE/row" "$STATE/rows"
		[ ! -e "$STATE/hangs" ] || sleep 5
		echo "version $version, $((version * 2)) patterns"`,
	"bin/docker": `
		query=$(cat)
		case $query in
			DELETE*) [ ! -e "$STATE/refuses" ] || exit 1
				[ ! -e "$STATE/rows" ] || [ "$query" != "DELETE FROM devices WHERE device_id = '$(cat "$STATE/rows")'" ] || rm "$STATE/rows" ;;
			*sync_version*) cat "$STATE/version" ;;
			*count*) [ -e "$STATE/rows" ] && echo 1 || echo 0 ;;
		esac`,
	"bin/curl": `
		case $* in
			*content_id=none*) printf 404 ;;
			*/ready) [ ! -e "$STATE/unready" ] ;;
			*/status) echo '{"database":{"devices":1,"patterns":2}}' ;;
			*/similar*) echo '{"similar":[{"distance":0},{"distance":1},{"distance":1}]}' ;;
			*) echo "{\"data\":{\"result\":[{\"value\":[0,\"$(cat "$STATE/replicas")\"]}]}}" ;;
		esac`,
}

// The integration tests of the example leave no rows, however they end.
func TestConstellationScriptForgets(t *testing.T) {
	script, err := os.ReadFile("../generated/constellation/tests/integration.sh")
	if err != nil {
		t.Fatal(err)
	}
	compose, err := os.ReadFile("../generated/constellation/docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	replicas := strings.Count(string(compose), "container_name: constellation-constellation-")
	for _, shell := range []string{"dash", "bash", "busybox sh"} {
		for _, c := range []struct {
			trouble  string // a file that makes a stand-in misbehave
			signal   syscall.Signal
			code     int
			leftover bool
		}{
			{"", 0, 0, false},
			{"unready", 0, 1, false},
			{"refuses", 0, 1, true},
			{"hangs", syscall.SIGTERM, 143, false},
			{"hangs", syscall.SIGINT, 130, false},
			{"hangs", syscall.SIGHUP, 129, false},
		} {
			t.Run(shell+"_"+c.trouble+c.signal.String(), func(t *testing.T) {
				t.Parallel()
				tooltest.Need(t, strings.Fields(shell)[0], "env", "sh", "awk", "grep", "sed")
				dir := t.TempDir()
				put := func(name, content string) {
					path := filepath.Join(dir, name)
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
						t.Fatal(err)
					}
				}
				for name, body := range constellationStandIns {
					put(name, "#!/bin/sh\n"+body+"\n")
				}
				put("generated/constellation/tests/integration.sh", string(script))
				put("state/"+cmp.Or(c.trouble, "none"), "")
				put("state/replicas", strconv.Itoa(replicas))
				cmd := exec.Command("/usr/bin/env", append(strings.Fields(shell), "tests/integration.sh")...)
				cmd.Dir = filepath.Join(dir, "generated/constellation")
				cmd.Env = []string{"STATE=" + dir + "/state", "PATH=" + dir + "/bin:" + os.Getenv("PATH")}
				cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				var out strings.Builder
				cmd.Stdout, cmd.Stderr = &out, &out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				rows := filepath.Join(dir, "state/rows")
				if c.signal != 0 {
					for range 500 {
						if _, err := os.Stat(rows); err == nil {
							break
						}
						time.Sleep(10 * time.Millisecond)
					}
					syscall.Kill(-cmd.Process.Pid, c.signal) // as a terminal does, and deploy.sh
				}
				_ = cmd.Wait()
				if code := cmd.ProcessState.ExitCode(); code != c.code {
					t.Errorf("it ends with %d, not %d\n%s", code, c.code, out.String())
				}
				if passed := strings.HasSuffix(out.String(), "All tests passed\n"); passed != (c.code == 0) {
					t.Errorf("it says\n%s", out.String())
				}
				if _, err := os.Stat(filepath.Join(dir, "state/version")); err != nil {
					t.Errorf("it has stored nothing that it could forget\n%s", out.String())
				}
				if _, err := os.Stat(rows); (err == nil) != c.leftover {
					t.Errorf("rows are left: %t", err == nil)
				}
			})
		}
	}
}
