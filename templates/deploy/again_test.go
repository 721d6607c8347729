package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
)

// ran are the actions whose bodies have run since the last call, by the lines that
// they wrote.
func ran(k *kit) string {
	k.t.Helper()
	out := strings.Fields(k.read("ran"))
	k.write("ran", "")
	slices.Sort(out)
	return strings.Join(out, " ")
}

func writes(name string, more ...string) string {
	return strings.Join(append([]string{"echo " + name + " >>ran"}, more...), "\n")
}

// chained is a plan of a, b which needs a, c which needs b, and d which needs none.
func chained(edit func(name string, a *manifest.Action)) []task {
	tasks := []task{{name: "a", run: writes("a")}, {name: "b", needs: "a", run: writes("b")}, {name: "c", needs: "b", run: writes("c")}, {name: "d", run: writes("d")}}
	for i := range tasks {
		tasks[i].edit = func(a *manifest.Action) { edit(tasks[i].name, a) }
	}
	return tasks
}

// A file that an action names as its input makes it run again when it changes, and
// with it what needs it: nothing else.
func TestChangedInput(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, chained(func(name string, a *manifest.Action) {
			if name == "b" {
				a.Inputs = []manifest.Path{{Path: "../src of b"}, {Path: "one file"}}
			}
		})...)))
		k.write("../src of b/x/y", "1")
		k.want(0)
		if got := ran(k); got != "a b c d" {
			t.Fatalf("the first run ran %s", got)
		}
		out := k.want(0)
		contains(t, out, "Nothing to do")
		if got := ran(k); got != "" {
			t.Errorf("the second run ran %s", got)
		}
		for _, change := range []struct{ path, content, names string }{
			{"../src of b/x/y", "2", "path ../src of b"}, {"../src of b/x/z", "", "path ../src of b"}, {"one file", "1", "path one file"},
		} {
			k.write(change.path, change.content)
			contains(t, k.want(0, "--dry-run"), "1 of 4 steps would run", "b (0s): its input ("+change.names+") has changed")
			contains(t, k.want(0), "b runs again: its input ("+change.names+") has changed.")
			if got := ran(k); got != "b c" {
				t.Errorf("after a change of %s: ran %s", change.path, got)
			}
		}
		k.write("../src of b/.git/index", "x") // is no source
		contains(t, k.want(0), "Nothing to do")
	})
}

// rerun says when an action runs again: not for inputs (never), or also when what it
// needs has the same result (always).
func TestRerun(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for rerun, want := range map[manifest.Rerun]string{manifest.RerunChanged: "a b c", manifest.RerunNever: "a", manifest.RerunAlways: "a b c"} {
			m := model()
			k := newKit(t, shell, m, plans(planOf(m, chained(func(name string, a *manifest.Action) {
				if name == "a" {
					a.Inputs = []manifest.Path{{Path: "input"}}
				}
				if name == "b" {
					a.Rerun = rerun
				}
			})...)))
			k.want(0)
			ran(k)
			k.write("input", "1")
			k.want(0)
			if got := ran(k); got != want {
				t.Errorf("rerun = %q: ran %s, not %s", rerun, got, want)
			}
		}
	})
}

// What is no longer valid runs again; with the same inputs it makes the same, so what
// needs it doesn't, unless it says rerun = "always".
func TestSameResult(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for rerun, want := range map[manifest.Rerun]string{manifest.RerunChanged: "a", manifest.RerunAlways: "a b"} {
			m := model()
			tasks := []task{{name: "a", run: writes("a", "touch made"), edit: func(a *manifest.Action) { a.Validate = manifest.PlainText("test -e made") }},
				{name: "b", needs: "a", run: writes("b"), edit: func(a *manifest.Action) { a.Rerun = rerun }}}
			k := newKit(t, shell, m, plans(planOf(m, tasks...)))
			k.want(0)
			ran(k)
			if err := os.Remove(filepath.Join(k.dir, "made")); err != nil {
				t.Fatal(err)
			}
			contains(t, k.want(0), "a runs again: it is no longer valid.")
			if got := ran(k); got != want {
				t.Errorf("rerun = %q: ran %s, not %s", rerun, got, want)
			}
		}
	})
}

// A step whose validation, rollback or measured value changes runs again, but makes the
// same: what needs it runs again only if its script changes, or says rerun = "always".
func TestChangedValidation(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		plan := func(run, validate string) (*manifest.Manifest, []*planner.Plan) {
			m := model()
			return m, plans(planOf(m,
				task{name: "a", run: run, edit: func(a *manifest.Action) {
					a.Validate, a.Rollback = manifest.PlainText(validate), manifest.PlainText("echo "+validate)
				}},
				task{name: "b", needs: "a", run: writes("b")},
				task{name: "c", needs: "b", run: writes("c")},
				task{name: "d", needs: "a", run: writes("d"), edit: func(a *manifest.Action) { a.Rerun = manifest.RerunAlways }}))
		}
		m, ps := plan(writes("a"), "true")
		k := newKit(t, shell, m, ps)
		k.want(0)
		ran(k)
		for _, change := range []struct{ run, validate, want string }{
			{writes("a"), "test -e ran", "a d"},
			{writes("a", "echo more"), "test -e ran", "a b c d"},
			{writes("a", "echo more"), "test -f ran", "a d"},
		} {
			m, ps := plan(change.run, change.validate)
			k.install(m, ps)
			contains(t, k.want(0), "a runs again: its definition has changed.")
			if got := ran(k); got != change.want {
				t.Errorf("run = %q, validate = %q: ran %s, not %s", change.run, change.validate, got, change.want)
			}
			contains(t, k.want(0), "Nothing to do")
		}
		// The records of an older runtime have the definition's hash alone.
		record := k.read(".omegagen/state/a.done")
		k.write(".omegagen/state/a.done", regexp.MustCompile(`(?m)^(action \S+) \S+$`).ReplaceAllString(record, "$1"))
		if k.read(".omegagen/state/a.done") == record {
			t.Fatalf("the record is %q", record)
		}
		m, ps = plan(writes("a", "echo more"), "true")
		k.install(m, ps)
		k.want(0)
		if got := ran(k); got != "a b c d" {
			t.Errorf("after an older record, another validation: ran %s", got)
		}
	})
}

// A plan with other steps goes on from what is done, without a flag: what is new
// runs, and what needs it.
func TestGrownPlan(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "one", run: writes("one")}, task{name: "two", run: writes("two")})))
		k.want(0)
		ran(k)
		m = model()
		k.install(m, plans(planOf(m, task{name: "zero", run: writes("zero")}, task{name: "two", run: writes("two"), needs: "zero"}, task{name: "one", run: writes("one")}, task{name: "three", run: writes("three"), needs: "one"})))
		contains(t, k.want(0, "--dry-run"), "zero (0s): it has not been done yet", "three (0s)")
		k.want(0)
		if got := ran(k); got != "three two zero" {
			t.Errorf("the grown plan ran %s", got)
		}
		m = model()
		k.install(m, plans(planOf(m, task{name: "two", run: writes("two")})))
		contains(t, k.want(0), "Nothing to do")
		if got := ran(k); got != "" {
			t.Errorf("the shrunk plan ran %s", got)
		}
	})
}

// Records of an older runtime lack inputs and results: the steps count as done, and
// later changes are noticed.
func TestOlderRecords(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, chained(func(name string, a *manifest.Action) {
			if name == "a" {
				a.Inputs = []manifest.Path{{Path: "input"}}
			}
		})...)))
		k.want(0)
		ran(k)
		for _, name := range []string{"a", "b", "c", "d"} {
			var lines []string
			for _, line := range strings.SplitAfter(k.read(".omegagen/state/"+name+".done"), "\n") {
				if !strings.HasPrefix(line, "input ") && !strings.HasPrefix(line, "need ") && !strings.HasPrefix(line, "made ") {
					lines = append(lines, line)
				}
			}
			k.write(".omegagen/state/"+name+".done", strings.Join(lines, ""))
		}
		k.write(".omegagen/state/plan", "0123456789abcdef default\n")
		contains(t, k.want(0), "Nothing to do")
		k.write("input", "1")
		k.want(0)
		if got := ran(k); got != "a b c" {
			t.Errorf("after a change: ran %s", got)
		}
		k.write(".omegagen/state/plan", "99.0.0/0123456789abcdef default\n")
		out, status := k.run()
		if status != 5 {
			t.Errorf("the state of a newer runtime: status %d", status)
		}
		contains(t, out, "runtime 99.0.0 of a newer kit")
	})
}

// An image is built in each run, and what runs it starts again only if the image is
// different. Replicas are replaced one after the other.
func TestRebuiltImage(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, `system "test" {}
image "x" {
  tag = "x:1"
  stage "final" {
    from = "scratch"
    cmd {
      command = ["x"]
    }
  }
}
service "web" {
  image    = image.x
  replicas = 3
  rollout {
    max_unavailable = 1
  }
}
action "test" {
  precondition = service.web.started
  effects      = { tested = true }
  run          = "echo test >>ran"
}
state "tested" {
  type    = bool
  initial = false
}
goal "g" {
  condition = state.tested
}
`)
		k := newKit(t, shell, m, ps, artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
		k.program("docker", strings.Replace(dockerProgram, `grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, 1))
		world(k, "kept", "")
		deployed := func(source string) {
			t.Helper()
			world(k, "source", source)
			for _, c := range []string{"web-1", "web-2", "web-3"} {
				world(k, "config.test-"+c, source)
			}
			world(k, "calls", "")
		}
		deployed("one")
		k.want(0)
		ran(k)
		deployed("one")
		contains(t, k.want(0), "Nothing to do")
		if got := ran(k); got != "" || strings.Contains(k.read("../bin/world/calls"), " up ") {
			t.Errorf("without a change: ran %s", got)
		}
		deployed("two")
		k.want(0)
		if got := ran(k); got != "test" {
			t.Errorf("a changed source: ran %s", got)
		}
		var ups []string
		for _, line := range strings.Split(k.read("../bin/world/calls"), "\n") {
			if _, names, ok := strings.Cut(line, " --no-deps "); ok {
				ups = append(ups, names)
			}
		}
		if got := strings.Join(ups, ", "); got != "web-1, web-2, web-3, web-1 web-2 web-3" {
			t.Errorf("containers were replaced in this order: %s", got)
		}
		deployed("three")
		world(k, "fate.test-web-2", "exited none 0 false 0 0 1")
		out, status := k.run()
		if status != 1 {
			t.Errorf("a container that fails: status %d", status)
		}
		contains(t, out, "The rollout stops here", "test-web-2 exited with status 1")
		if got := len(strings.Fields(k.read("../bin/world/generation.test-web-3"))); got != 2 {
			t.Errorf("the third container was made %d times", got)
		}
	})
}

// A secret with another value replaces the containers that use it, which Compose
// wouldn't, and a container of a service that the kit no longer has makes room on a
// host port.
func TestReplacedContainers(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := manyServices(t, shell, `secret "s" { from = "generated" }
service "with" {
  image      = image.x
  secret_env = { S_FILE = secret.s }
}
service "without" {
  image = image.x
  port "http" {
    container = 80
    host      = 1
  }
}
goal "g" {
  condition = service.with.started && service.without.started
}
`)
		world(k, "kept", "")
		world(k, "config.test-with", "1")
		world(k, "config.test-without", "1")
		world(k, "1.published", "test-old")
		world(k, "container.test-old", "running none 0 false 0 0 0")
		k.want(0)
		contains(t, k.want(0, "logs", "service.without.start"), "Removing test-old, whose place test-without takes.")
		if k.read("../bin/world/container.test-old") != "" {
			t.Error("the old container is left")
		}
		k.write(".omegagen/secrets/s", "another value")
		contains(t, k.want(0), "service.with.start runs again: its input (secret s) has changed.")
		for name, want := range map[string]int{"with": 2, "without": 1} {
			if got := len(strings.Fields(k.read("../bin/world/generation.test-" + name))); got != want {
				t.Errorf("%s was made %d times, not %d", name, got, want)
			}
		}
	})
}

// A run that was killed before a step's script started has recorded neither what the
// step is made from nor that anything ran: the step runs, although its validation
// passes for what an older run has made.
func TestKilledBeforeTheScript(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: writes("a", "cp input made"), edit: func(a *manifest.Action) {
			a.Inputs, a.Validate = []manifest.Path{{Path: "input"}}, manifest.PlainText("test -e made")
		}})))
		k.write("input", "1")
		k.want(0)
		ran(k)
		record, _, _ := strings.Cut(k.read(".omegagen/state/a.done"), "input ")
		if !strings.Contains(record, "\nworker ") {
			t.Fatalf("the record begins with %q", record)
		}
		k.write(".omegagen/state/a.run", record)
		if err := os.Remove(filepath.Join(k.dir, ".omegagen/state/a.done")); err != nil {
			t.Fatal(err)
		}
		k.write("input", "2")
		k.want(0)
		if got := ran(k) + " " + k.read("made"); got != "a 2" {
			t.Errorf("the next run left %q", got)
		}
		contains(t, k.want(0), "Nothing to do")
	})
}

// A completed step that is only validated, because what it needs was done again with the same result, leaves no
// record of a run: a later run that must do it again can.
func TestOnlyValidated(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		plan := func(run, validate string) (*manifest.Manifest, []*planner.Plan) {
			m := model()
			return m, plans(planOf(m,
				task{name: "a", run: run, edit: func(a *manifest.Action) { a.Validate = manifest.PlainText(validate) }},
				task{name: "b", needs: "a", run: writes("b"), edit: func(a *manifest.Action) { a.Validate = manifest.PlainText("echo looked >>looks") }}))
		}
		m, ps := plan(writes("a"), "true")
		k := newKit(t, shell, m, ps)
		k.want(0)
		looks := len(k.lines("looks"))
		m, ps = plan(writes("a"), "test -e ran")
		k.install(m, ps)
		contains(t, k.want(0), "a runs again")
		if n := len(k.lines("looks")); n <= looks {
			t.Fatalf("b was validated %d times, as before", n)
		}
		if k.exists(".omegagen/state/b.run") {
			t.Errorf("a record is left: %q", k.read(".omegagen/state/b.run"))
		}
		for _, left := range []string{"", "body 4711 1\nbody 4712 2\n"} { // as runtime 1.1.0 could leave it
			if left != "" {
				k.write(".omegagen/state/b.run", left)
			}
			ran(k)
			m, ps = plan(writes("a", "echo "+strconv.Itoa(len(left))), "true")
			k.install(m, ps)
			k.want(0)
			if got := ran(k); got != "a b" {
				t.Errorf("ran %s", got)
			}
		}
	})
}
