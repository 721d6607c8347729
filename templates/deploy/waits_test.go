package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	artifact "github.com/omegagen/omegagen/internal/kit"
)

// manyServices is the kit of a manifest with services, and a stand-in for docker.
func manyServices(t *testing.T, shell, src string) *kit {
	t.Helper()
	m, ps := load(t, "system \"test\" {}\nimage \"x\" { pull = \"x:1\" }\n"+src)
	k := newKit(t, shell, m, ps, artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
	k.program("docker", strings.Replace(dockerProgram, `grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, 1))
	return k
}

// sideBySide runs tests in parallel, at most so many at once, for they
// mostly wait.
func sideBySide(t *testing.T, limit int) (run func(string, func(*testing.T)), wait func()) {
	var wg sync.WaitGroup
	free := make(chan struct{}, limit)
	return func(name string, f func(*testing.T)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			free <- struct{}{}
			defer func() { <-free }()
			t.Run(name, f)
		}()
	}, wg.Wait
}

// gone makes a container what it isn't: there.
func gone(k *kit, container string) {
	k.t.Helper()
	if err := os.Remove(filepath.Join(k.bin, "world/container."+container)); err != nil {
		k.t.Fatal(err)
	}
}

// slow has a healthcheck that may take ten minutes, twice what a run of a test may: what
// ends has been ended.
const slow = `
service "a" {
  image = image.x
  healthcheck {
    shell        = "true"
    start_period = "10m"
  }
}
`

const plain = `
service "a" {
  image = image.x
}
`

func job(restart string) string {
	return "service \"a\" {\n  image = image.x\n  oneshot = true\n  restart = \"" + restart + "\"\n}\n"
}

// TestWaits shows how each wait ends, by what befalls a container: status,
// health, failed probes, out of memory, restarts, the policy's retries, exit.
func TestWaits(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		aside, wait := sideBySide(t, 4)
		defer wait()
		for _, c := range []struct {
			name, src string
			was       string // before the run; then up doesn't recreate it
			fate      []string
			says      string // of a failure; "" is success
		}{
			{"healthy", slow, "", []string{"running starting 0 false 0 0 0", "running starting 1 false 0 0 0", "running healthy 0 false 0 0 0"}, ""},
			{"exits", slow, "", []string{"running starting 0 false 0 0 0", "running starting 0 false 0 0 0", "exited starting 0 false 0 0 3"}, "test-a exited with status 3"},
			{"exits with 0", slow, "", []string{"running starting 0 false 0 0 0", "exited starting 0 false 0 0 0"}, "test-a exited with status 0"},
			{"third restart", slow, "running starting 0 false 40 0 0", []string{"running starting 0 false 40 0 0", "running starting 0 false 40 0 0", "restarting starting 0 false 42 0 9", "running starting 0 false 43 0 0"},
				"test-a is in a restart loop: it exited with status 9, 43 restarts so far"},
			{"two restarts", slow, "", []string{"restarting starting 0 false 1 0 1", "running starting 0 false 2 0 0", "running healthy 0 false 2 0 0"}, ""},
			{"recreated after many restarts", slow, "running starting 0 false 40 0 0", []string{"running starting 0 false 40 0 0", "running starting 0 false 0 0 0", "restarting starting 0 false 2 0 1", "running healthy 0 false 2 0 0"}, ""},
			{"out of memory", slow, "", []string{"running starting 0 false 0 0 0", "restarting starting 0 true 1 0 137"}, "test-a ran out of memory: it was killed at its memory limit of 6291456 bytes"},
			{"a child out of memory", slow, "", []string{"running starting 0 true 0 0 0", "running healthy 0 true 0 0 0"}, ""},
			{"unhealthy", slow, "", []string{"running starting 0 false 0 0 0", "running starting 2 false 0 0 0", "running unhealthy 3 false 0 0 0"},
				"The last healthcheck exited with status 7: refused\n    | test-a is unhealthy"},
			{"unhealthy no more", slow, "running unhealthy 8 false 0 0 0", []string{"running unhealthy 8 false 0 0 0", "running unhealthy 8 false 0 0 0", "running unhealthy 8 false 0 0 0", "running healthy 0 false 0 0 0"}, ""},
			{"still unhealthy", slow, "running unhealthy 8 false 0 0 0", []string{"running unhealthy 8 false 0 0 0", "running unhealthy 8 false 0 0 0", "running unhealthy 9 false 0 0 0"}, "test-a is unhealthy"},
			{"no probe yet", slow, "", []string{"running unhealthy 0 false 0 0 0", "running unhealthy 0 false 0 0 0", "running healthy 0 false 0 0 0"}, ""},
			{"paused", slow, "", []string{"running starting 0 false 0 0 0", "paused starting 0 false 0 0 0"}, "test-a is paused"},
			{"dead", slow, "", []string{"running starting 0 false 0 0 0", "dead starting 0 false 0 0 1"}, "test-a is dead"},
			{"removed", slow, "", []string{"running starting 0 false 0 0 0", "gone"}, "test-a does not exist: no such container"},
			{"daemon away", slow, "", []string{"running starting 0 false 0 0 0", "running starting 0 false 0 0 0", "down", "down", "running healthy 0 false 0 0 0"}, ""},
			{"without a healthcheck", slow, "", []string{"running none 0 false 0 0 0"}, "test-a has no healthcheck"},
			{"at the deadline", strings.Replace(slow, `"10m"`, `"1s"
    interval = "1s"
    timeout = "1s"
    retries = 1`, 1), "", []string{"running starting 0 false 0 0 0"}, "test-a is not healthy after 33 s: it is running, but its health is starting"},

			{"runs", plain, "", []string{"running none 0 false 0 0 0"}, ""},
			{"never starts", plain, "", []string{"created none 0 false 0 0 127"}, "test-a is created"},
			{"exits at once", plain, "", []string{"exited none 0 false 0 0 1"}, "test-a exited with status 1"},
			{"exits soon", plain, "", []string{"running none 0 false 0 0 0", "running none 0 false 0 0 0", "exited none 0 false 0 0 2"}, "test-a exited with status 2"},
			{"loops", plain, "", []string{"restarting none 0 false 1 0 1", "running none 0 false 1 0 0", "restarting none 0 false 3 0 1"}, "test-a is in a restart loop: it exited with status 1, 3 restarts so far"},
			{"has looped before", plain, "restarting none 0 false 40 0 1", []string{"restarting none 0 false 40 0 1", "running none 0 false 40 0 0"}, ""},
			{"loops still", plain, "restarting none 0 false 40 0 1", []string{"restarting none 0 false 40 0 1", "running none 0 false 40 0 0", "restarting none 0 false 41 0 8"}, "test-a is in a restart loop: it exited with status 8, 41 restarts"},
			{"was restarted long ago", plain, "running none 0 false 40 0 0", []string{"running none 0 false 40 0 0", "restarting none 0 false 42 0 8", "running none 0 false 42 0 0"}, ""},
			{"settles", plain, "", []string{"restarting none 0 false 1 0 1", "restarting none 0 false 2 0 1", "running none 0 false 2 0 0"}, ""},

			{"job", job("no"), "", []string{"running none 0 false 0 0 0", "exited none 0 false 0 0 0"}, ""},
			{"job with its image's healthcheck", job("no"), "", []string{"running unhealthy 3 false 0 0 0", "running unhealthy 4 false 0 0 0", "exited unhealthy 4 false 0 0 0"}, ""},
			{"job has ended", job("no"), "", []string{"exited none 0 false 0 0 0"}, ""},
			{"job fails", job("no"), "", []string{"running none 0 false 0 0 0", "exited none 0 false 0 0 4"}, "test-a exited with status 4"},
			{"job failed", job("no"), "", []string{"exited none 0 false 0 0 4"}, "FAILED  service.a.start"},
			{"job tries again", job("on-failure:5"), "", []string{"restarting none 0 false 1 5 4", "restarting none 0 false 4 5 4", "running none 0 false 4 5 0", "exited none 0 false 4 5 0"}, ""},
			{"job gives up", job("on-failure:4"), "", []string{"restarting none 0 false 1 4 4", "restarting none 0 false 4 4 4", "exited none 0 false 4 4 4"}, "test-a exited with status 4"},
			{"job without end", job("on-failure"), "", []string{"restarting none 0 false 1 0 4", "restarting none 0 false 2 0 4", "restarting none 0 false 3 0 4"}, "test-a is in a restart loop"},
		} {
			aside(c.name, func(t *testing.T) {
				k := manyServices(t, shell, c.src)
				if c.was != "" {
					world(k, "kept", "")
					world(k, "container.test-a", c.was)
				}
				world(k, "fate.test-a", strings.Join(c.fate, "\n"))
				if c.says == "" {
					k.want(0)
					contains(t, k.want(0), "Nothing to do")
				} else {
					contains(t, k.want(1), c.says, "FAILED  service.a.")
				}
				if t.Failed() {
					t.Log(k.read(".omegagen/logs/service_a_start.log") + k.read(".omegagen/logs/service_a_await.log"))
				}
			})
		}
	})
}

// TestImageHealthcheck: where an image is to have a healthcheck of its own, and a
// variant of it has none, that a container runs on is enough.
func TestImageHealthcheck(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for _, c := range []struct {
			fate []string
			says string
		}{
			{[]string{"running starting 0 false 0 0 0", "running starting 1 false 0 0 0", "running healthy 0 false 0 0 0"}, ""},
			{[]string{"running starting 0 false 0 0 0", "running starting 2 false 0 0 0", "running unhealthy 3 false 0 0 0"}, "test-a is unhealthy"},
			{[]string{"running none 0 false 0 0 0"}, ""},
			{[]string{"running none 0 false 0 0 0", "running none 0 false 0 0 0", "exited none 0 false 0 0 1"}, "test-a exited with status 1"},
		} {
			k := manyServices(t, shell, "image \"mail\" { pull = \"axllent/mailpit:v1.20\" }\n"+strings.Replace(plain, "image.x", "image.mail", 1))
			contains(t, k.read("deploy/plan.sh"), "await ready ")
			world(k, "image.axllent/folder", "")
			world(k, "fate.test-a", strings.Join(c.fate, "\n"))
			if c.says == "" {
				k.want(0)
				contains(t, k.want(0), "Nothing to do")
			} else {
				contains(t, k.want(1), c.says, "FAILED  service.a.await")
			}
		}
	})
}

// TestReplicas: the containers of a service are waited for together, and the one
// that fails is named, behind one that takes its time.
func TestReplicas(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, "service \"a\" {\n  image = image.x\n  replicas = 5\n}\n")
		// None of them runs before the last one has been looked at.
		k.program("docker", strings.NewReplacer(`grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`,
			`read -r state health failures oom restarts retries code <"$w/container.$name"`,
			`read -r state health failures oom restarts retries code <"$w/container.$name"; restarts=1
        [ "$name" != test-a-5 ] || : >"$w/looked"
        [ -f "$w/looked" ] || { state=restarting; code=1; }`).Replace(dockerProgram))
		k.want(0)
		k = manyServices(t, shell, strings.Replace(slow, "image.x", "image.x\n  replicas = 3", 1))
		world(k, "fate.test-a-1", "running starting 0 false 0 0 0")
		world(k, "fate.test-a-2", "running healthy 0 false 0 0 0")
		world(k, "fate.test-a-3", "running starting 0 false 0 0 0\nrunning starting 0 false 0 0 0\nexited starting 0 false 0 0 5")
		world(k, "log.test-a-3", "the third's words")
		contains(t, k.want(1), "| the third's words", "| test-a-3 exited with status 5")
	})
}

// TestOldDocker: some docker stops at the first container that isn't there, and a
// daemon that doesn't respond is not a container's fault.
func TestOldDocker(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, strings.Replace(plain, "image.x", "image.x\n  replicas = 2", 1))
		world(k, "old", "")
		k.want(0)
		gone(k, "test-a-1")
		contains(t, k.want(6, "verify"), "test-a-1 does not exist: no such container.", "1 of 2 containers are not in the expected state.")
		world(k, "down", "")
		contains(t, k.want(3, "verify"), "Cannot inspect the containers; docker reports: Cannot connect to the Docker daemon")
		// A wait gives a daemon a minute.
		k = manyServices(t, shell, plain)
		k.edit("deploy/runtime.sh", "attend_heard + 60", "attend_heard + 2")
		world(k, "fate.test-a", strings.Repeat("down\n", 100))
		contains(t, k.want(1), "test-a cannot be inspected; docker reports: Cannot connect to the Docker daemon")
	})
}

// TestSiblings: when a step fails and the run ends, other waits are ended too,
// are no failures, and are done by the next run; when the run goes on, they go on.
func TestSiblings(t *testing.T) {
	src := slow + strings.Replace(slow, `"a"`, `"b"`, 1) + strings.Replace(plain, `"a"`, `"c"`, 1)
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, src)
		starting, healthy := "running starting 0 false 0 0 0\n", "running healthy 0 false 0 0 0"
		world(k, "fate.test-a", strings.Repeat(starting, 3)+"exited starting 0 false 0 0 1")
		world(k, "after.test-a", ".omegagen/state/service_b_await.run ../bin/world/seen.test-c") // the others wait
		world(k, "fate.test-b", strings.TrimSpace(starting))
		world(k, "fate.test-c", strings.TrimSpace(strings.Repeat("restarting none 0 false 1 0 1\n", 300)))
		out := k.want(1)
		contains(t, out, "FAILED  service.a.await", "Starting no more steps; stopping the 2 that only wait for containers.", "stopped service.b.await (", "stopped service.c.start (")
		mustEqual(t, "failures", strings.Count(out, "FAILED"), 1)
		for _, name := range []string{"service.b.await", "service.c.start"} {
			if !regexp.MustCompile(`(?m)^todo +` + name).MatchString(k.want(6, "status")) {
				t.Errorf("%s isn't to do:\n%s", name, k.want(6, "status"))
			}
		}
		contains(t, k.want(0, "report"), "| service.b.await | todo |", "service.b.await is not done (todo).", "service.a.await is not done (failed).")
		for _, name := range []string{"a", "b"} {
			world(k, "container.test-"+name, healthy)
			world(k, "fate.test-"+name, healthy)
			world(k, "next.test-"+name, healthy)
		}
		world(k, "fate.test-c", "running none 0 false 0 0 0")
		out = k.want(0)
		contains(t, out, "done    service.a.await", "done    service.b.await", "done    service.c.start")
	})
}

// TestSiblingsGoOn: a failure after which the run continues ends no waits.
func TestSiblingsGoOn(t *testing.T) {
	src := slow + `
action "bad" {
  effects    = { bad = true }
  run        = "until test -f .omegagen/state/service_a_await.run; do sleep 0.1; done; sleep 1; false"
  HOW
}
state "bad" {
  type    = bool
  initial = false
}
goal "g" {
  condition = service.a.healthy
  include   = [action.bad]
}
`
	inShells(t, func(t *testing.T, shell string) {
		for how, want := range map[string][]string{
			`on_failure = "continue"`: {"done    service.a.await"},
			`optional = true`:         {"done    service.a.await"},
			`on_failure = "stop"`:     {"stopped service.a.await", "stopping the 1 that only wait for containers"},
			`on_failure = "rollback"`: {"stopped service.a.await", "stopping the 1 that only wait for containers", "undone  service.a.start"},
		} {
			k := manyServices(t, shell, strings.Replace(src, "HOW", how, 1))
			world(k, "fate.test-a", strings.Repeat("running starting 0 false 0 0 0\n", 30)+"running healthy 0 false 0 0 0")
			out, _ := k.run()
			contains(t, out, append(want, "FAILED  bad")...)
		}
	})
}

// TestRollbackOfStart: before a rollback a start that only waits still comes to
// its end, so that it is undone too.
func TestRollbackOfStart(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, plain+`
action "bad" {
  effects    = { bad = true }
  run        = "until test -f started; do sleep 0.1; done; false"
  on_failure = "rollback"
}
state "bad" {
  type    = bool
  initial = false
}
goal "g" {
  condition = service.a.started && state.bad
}
`)
		k.program("docker", strings.Replace(strings.Replace(dockerProgram, `grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, 1), `seen=;`, `: >started; seen=;`, 1))
		contains(t, k.want(1), "waiting for the 1 still running", "done    service.a.start", "undone  service.a.start")
		if exists(k, "../bin/world/container.test-a") {
			t.Error("the container is left")
		}
	})
}

// TestComposeIsFree: a start that only looks at its containers keeps no other
// from Compose.
func TestComposeIsFree(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		var src strings.Builder
		for i := range 6 {
			fmt.Fprintf(&src, "service \"s%02d\" { image = image.x }\n", i)
		}
		// No container runs before all six have been made: whoever waits for the first to
		// run before it lets another use Compose waits in vain.
		k := manyServices(t, shell, src.String())
		k.program("docker", strings.NewReplacer(`grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`,
			`read -r state health failures oom restarts retries code <"$w/container.$name"`,
			`read -r state health failures oom restarts retries code <"$w/container.$name"; restarts=1
        [ -f "$w/container.test-s00" ] && [ -f "$w/container.test-s01" ] && [ -f "$w/container.test-s02" ] && [ -f "$w/container.test-s03" ] &&
            [ -f "$w/container.test-s04" ] && [ -f "$w/container.test-s05" ] || { state=restarting; code=1; }`).Replace(dockerProgram))
		k.want(0, "--jobs", "6")
	})
}

// TestServicesAtTheEnd: up and verify look once at all containers, and end with 6
// where one doesn't run as it should.
func TestServicesAtTheEnd(t *testing.T) {
	src := slow + `
service "b" { image = image.x }
service "c" {
  image    = image.x
  profiles = ["aside"]
}
` + strings.Replace(job("no"), `"a"`, `"job"`, 1)
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, src)
		healthy := "running healthy 0 false 0 0 0"
		world(k, "fate.test-a", healthy)
		contains(t, k.want(6, "verify"), "test-a does not exist: no such container.", "test-job does not exist", "3 of 3 containers are not in the expected state.")
		k.want(0)
		contains(t, k.want(0, "verify"), "There are no success criteria.", "All 3 containers of the plan's services are in the expected state.")
		calls := func() int {
			b, err := os.ReadFile(filepath.Join(k.bin, "world/calls"))
			if err != nil {
				t.Fatal(err)
			}
			return strings.Count(string(b), "FailingStreak")
		}
		before := calls()
		k.want(0, "verify")
		mustEqual(t, "looks", calls()-before, 1)
		for _, c := range []struct{ container, state, says string }{
			{"test-b", "restarting none 0 false 7 0 3", "test-b is in a restart loop: it exited with status 3, 7 restarts so far."},
			{"test-b", "exited none 0 false 0 0 0", "test-b exited with status 0."},
			{"test-b", "dead none 0 false 0 0 1", "test-b is dead."},
			{"test-b", "paused none 0 false 0 0 0", "test-b is paused."},
			{"test-b", "running unhealthy 3 false 0 0 0", "test-b is unhealthy."},
			{"test-a", "running unhealthy 3 false 0 0 0", "    | The last healthcheck exited with status 7: refused"},
			{"test-job", "exited none 0 false 0 0 2", "test-job exited with status 2."},
		} {
			was := k.read("../bin/world/container." + c.container)
			world(k, "container."+c.container, c.state)
			world(k, "next."+c.container, c.state)
			contains(t, k.want(6, "verify"), c.says, "    | the container's own words", "1 of 3 containers are not in the expected state.")
			contains(t, k.want(0, "report"), strings.SplitN(c.container, "\n", 2)[0]+" ")
			world(k, "container."+c.container, strings.TrimSpace(was))
			world(k, "next."+c.container, strings.TrimSpace(was))
		}
		// Restarted a moment ago, or starting, is as well as can be; but not again at once.
		world(k, "next.test-a", "running starting 0 false 5 0 0")
		k.want(0, "verify")
		world(k, "next.test-a", "running starting 0 false 5 0 0\nrunning starting 0 false 6 0 0")
		contains(t, k.want(6, "verify"), "test-a is in a restart loop: 6 restarts so far.")
		world(k, "next.test-a", "running starting 0 false 6 0 0")
		gone(k, "test-job") // which has done its work
		k.want(0, "verify")
	})
}

// TestUpWithSickService: up checks the containers that it has started even if no step
// is to do, and services that no step waits for.
func TestUpWithSickService(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, plain+`
state "done" {
  type    = bool
  initial = false
}
action "use" {
  precondition = service.a.started
  effects      = { done = true }
  run          = "echo 'restarting none 0 false 9 0 1' >../bin/world/next.test-a"
}
criterion "c" {
  title = "it holds"
  command { run = "true" }
}
goal "g" { condition = state.done }
`)
		out := k.want(6)
		contains(t, out, "All 3 steps of goal 'g' are done", "test-a is in a restart loop: it exited with status 1, 9 restarts so far.", "1 of 1 containers are not in the expected state.", "met    it holds")
		contains(t, k.want(0, "report"), "- test-a is in a restart loop")
		contains(t, k.want(6), "Nothing to do", "test-a is in a restart loop")
		contains(t, k.want(6, "verify"), "test-a is in a restart loop", "met    it holds")
		world(k, "next.test-a", "running none 0 false 9 0 0")
		k.want(0)
		if strings.Contains(k.want(0, "report"), "restart loop") {
			t.Error(k.read(".omegagen/reports/report.md"))
		}
	})
}

// TestAdvice: messages in a container's log are attributed to its hardening only if it
// has that hardening.
func TestAdvice(t *testing.T) {
	t.Parallel()
	const (
		all  = "false||[ALL]|[]"
		dumb = "all capabilities are dropped"
	)
	caps := func(list string) string {
		return "In the manifest, set cap_add = [" + list + "], or drop_caps"
	}
	cases := []struct {
		hardening, log string
		want           string // "" is no advice
	}{
		{all, "chown: changing ownership of '/var/lib/postgresql/data': Operation not permitted", caps(`"CHOWN"`)},
		{all, `2026/11/29 02:00:00 [emerg] 1#1: chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)`, caps(`"CHOWN"`)},
		{all, `error: failed switching to "postgres": operation not permitted`, caps(`"SETGID", "SETUID"`)},
		{all, "setpriv: setresgid failed: Operation not permitted", caps(`"SETGID", "SETUID"`)},
		{all, "su-exec: setgroups: Operation not permitted", caps(`"SETGID", "SETUID"`)},
		{all, "crond: can't set groups: Operation not permitted", caps(`"SETGID", "SETUID"`)},
		{all, "chmod: changing permissions of '/run/x': Operation not permitted", caps(`"FOWNER"`)},
		{all, "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", caps(`"NET_BIND_SERVICE"`)},
		{all, "(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80", caps(`"NET_BIND_SERVICE"`)},
		{all, "mkdir: cannot create directory '/var/lib/mysql': Permission denied", caps(`"DAC_OVERRIDE"`)},
		{all, "kill: can't kill pid 7: Operation not permitted", caps(`"KILL"`)},
		{all, "exec /usr/bin/caddy: operation not permitted", "cap_add to the file capabilities of its executable"},
		{all, "ping: socket: Operation not permitted", "cap_add = […] with the capabilities that it needs"},
		{all, "chown: x: Operation not permitted\nerror: failed switching to \"x\": operation not permitted", caps(`"CHOWN", "SETGID", "SETUID"`)},
		{"false|0:0|[ALL]|[CAP_CHOWN NET_RAW]", "setpriv: setresuid failed: Operation not permitted", "all capabilities are dropped except CHOWN, NET_RAW.\n    | " + caps(`"CHOWN", "NET_RAW", "SETGID", "SETUID"`)},
		{"false||[CAP_ALL]|[CHOWN]", "chown: x: Operation not permitted", ""}, // it has that one
		{"false||[NET_RAW]|[]", "chown: x: Operation not permitted", ""},
		{"false||[]|[]", "chown: x: Operation not permitted", ""},
		{"false|999:999|[ALL]|[]", "chown: x: Operation not permitted", ""}, // no capability of its user's
		{"false|app|[ALL]|[]", "exec /bin/vault: operation not permitted", "cap_add to the file capabilities of its executable"},
		{all, "FATAL: permission denied for table rows", ""},
		{all, "exec /entry.sh: permission denied", ""},
		{all, "chown: cannot access '/x': No such file or directory", ""},
		{all, "the setgid bit is fine", ""},
		{"true||[]|[]", "touch: /run/app/pid: Read-only file system", "Its root file system is read-only. To let it write, give the service mount \"/run/app\" { tmpfs = true }"},
		{"true||[ALL]|[]", `2026/11/29 02:00:00 [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)`, `mount "/var/cache/nginx" {`},
		{"true||[]|[]", "Read-only file system", `mount "/its/folder" {`},
		{"false||[]|[]", "touch: /run/app/pid: Read-only file system", ""},
	}
	var src strings.Builder
	for i := range cases {
		fmt.Fprintf(&src, "service \"s%02d\" { image = image.x }\n", i)
	}
	for _, awk := range []string{"", "exec busybox awk \"$@\""} {
		k := manyServices(t, "dash", src.String())
		if awk != "" {
			k.program("awk", awk)
		}
		for i, c := range cases {
			name := fmt.Sprintf("test-s%02d", i)
			world(k, "container."+name, "exited none 0 false 0 0 1")
			world(k, "hardening."+name, c.hardening)
			world(k, "log."+name, c.log)
		}
		_, out, _ := strings.Cut(k.want(6, "verify"), "test-s00 exited")
		for i, c := range cases {
			var said string
			said, out, _ = strings.Cut(out, fmt.Sprintf("test-s%02d exited", i+1))
			contains(t, said, " with status 1.", "    | "+strings.Split(c.log, "\n")[0])
			switch given := strings.Contains(said, dumb) || strings.Contains(said, "root file system is read-only"); {
			case given != (c.want != ""):
				t.Errorf("%s with %q:\n%s", c.hardening, c.log, said)
			case c.want != "":
				contains(t, said, c.want)
			}
		}
	}
}
