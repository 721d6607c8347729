package deploy_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	artifact "github.com/omegagen/omegagen/internal/kit"
)

// releasing is a deployment of one built image, two replicas and a test of them.
// more is added to the manifest, test is the test's script, compose its file; edit
// changes the manifest.
type releasing struct {
	more, test, compose string
	edit                *strings.Replacer
}

const releasingManifest = `system "test" {
  releases = 3
}
image "x" {
  tag     = "x:1"
  context = "../src"
  stage "final" {
    from = "scratch"
    copy {
      src  = ["main"]
      dest = "/main"
    }
    cmd {
      command = ["/main"]
    }
  }
}
service "web" {
  image    = image.x
  replicas = 2
  healthcheck {
    shell = "true"
  }
}
state "tested" {
  type    = bool
  initial = false
}
goal "g" {
  condition = state.tested
  include   = [INCLUDED]
}
action "test" {
  precondition = service.web.started
  effects      = { tested = true }
  on_failure   = "rollback"
  run          = "TEST"
}
`

func (r releasing) install(t *testing.T, k *kit, shell string, others ...artifact.Artifact) *kit {
	t.Helper()
	var included []string
	for _, line := range strings.Split(r.more, "\n") {
		if name, ok := strings.CutPrefix(line, `action "`); ok {
			included = append(included, "action."+name[:strings.IndexByte(name, '"')])
		}
	}
	if r.test == "" {
		r.test = "echo test >>ran"
	}
	text := strings.NewReplacer("INCLUDED", strings.Join(included, ", "), "TEST", r.test).Replace(releasingManifest) + r.more
	if r.edit != nil {
		text = r.edit.Replace(text)
	}
	m, ps := load(t, text)
	others = append(others, artifact.Artifact{Kind: artifact.Compose, Path: "docker-compose.yml", Content: []byte("name: test\n# " + r.compose + "\n")},
		artifact.Artifact{Kind: artifact.Document, Path: "NOTES.md", Content: []byte("plan " + r.compose + "\n")})
	if k != nil {
		k.install(m, ps, others...)
		return k
	}
	k = newKit(t, shell, m, ps, others...)
	k.program("docker", strings.NewReplacer(`grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, "database) s=", "database | web-*) s=").Replace(dockerProgram))
	world(k, "kept", "")
	return k
}

// source changes what the image is built from; the stand-in for Compose replaces the
// containers of another image.
func source(k *kit, text string) {
	k.write("../src/main", text)
	world(k, "source", text)
	world(k, "calls", "")
	config := `case "$*" in *compose*" up "*) for n in 1 2; do cp "${0%/*}/world/image.x:1" "${0%/*}/world/config.test-web-$n"; done ;; esac` + "\n"
	if p := filepath.Join(k.bin, "docker"); !strings.Contains(k.read("../bin/docker"), config) {
		b, err := os.ReadFile(p)
		if err != nil {
			k.t.Fatal(err)
		}
		lines := strings.SplitAfterN(string(b), "\n", 3)
		k.program("docker", strings.Join(lines[1:2], "")+config+lines[2])
	}
}

// running is what the two containers were made from.
func running(k *kit) string {
	k.t.Helper()
	var out []string
	for n := 1; n <= 2; n++ {
		out = append(out, strings.TrimSpace(k.read(fmt.Sprintf("../bin/world/made.test-web-%d", n))))
	}
	return strings.Join(out, " ")
}

func builds(k *kit) int { return strings.Count("\n"+k.read("../bin/world/calls"), "\nbuild ") }

const undoable = `action "extra" {
  run      = "echo extra >>ran"
  rollback = "echo undo-extra >>ran"
}
action "lasting" {
  run = "echo lasting >>ran"
}
`

// Each run that changes something and ends well is a release. A rollback brings back
// its files and images, without a build; a plain run then stays on it, until the kit or
// a source changes.
func TestRollback(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := releasing{compose: "v1"}.install(t, nil, shell)
		contains(t, k.want(0, "history"), "There is no release yet")
		contains(t, k.want(5, "rollback", "--yes"), "There is no release yet to roll back to")
		source(k, "one")
		contains(t, k.want(0), "This is release 1.")
		if out := k.want(0); strings.Contains(out, "This is release") {
			t.Errorf("a run without changes is a release:\n%s", out)
		}
		source(k, "two")
		contains(t, k.want(0), "This is release 2.")
		releasing{compose: "v3", more: undoable}.install(t, k, shell, artifact.Artifact{Kind: artifact.Custom, Path: "conf/new.conf", Content: []byte("x\n")})
		source(k, "three")
		contains(t, k.want(0), "This is release 3.")
		contains(t, k.want(0, "history"), "3          ", "deployed")
		mustEqual(t, "running", running(k), "three three")
		ran(k)

		contains(t, k.want(2, "rollback", "many"), "requires the number of a release")
		contains(t, k.want(5, "rollback", "7"), "There is no release 7. The releases that are kept: 1 2 3")
		contains(t, k.want(0, "rollback", "3"), "Release 3 is deployed.")
		told := k.want(0, "rollback", "--dry-run")
		contains(t, told, "Release 2 was deployed at", "extra is rolled back.", "lasting declares no rollback.")
		contains(t, k.want(2, "rollback"), "There is no terminal for the answer")
		mustEqual(t, "compose file", k.read("docker-compose.yml"), "name: test\n# v3\n")

		// The release may have an older runtime than the present kit.
		k.write(".omegagen/state/plan", "1.99.0/0 g\n")
		contains(t, k.want(5), "was written by runtime 1.99.0 of a newer kit")
		out := k.want(0, "rollback", "--yes")
		contains(t, out, "The files of release 2 are restored.", "are done")
		mustEqual(t, "running", running(k), "two two")
		mustEqual(t, "builds", builds(k), 1) // that of release 3
		mustEqual(t, "ran", ran(k), "test undo-extra")
		mustEqual(t, "compose file", k.read("docker-compose.yml"), "name: test\n# v1\n")
		mustEqual(t, "NOTES.md", k.read("NOTES.md"), "plan v1\n")
		if _, err := os.Stat(filepath.Join(k.dir, "conf")); err == nil {
			t.Error("a file that only the replaced kit had is still there")
		}
		mustEqual(t, "kept", k.read(".omegagen/releases/failed-3/kit/docker-compose.yml"), "name: test\n# v3\n")
		contains(t, k.want(0, "history"), "deployed by a rollback", "failed-3", "replaced by release 2")
		contains(t, k.want(0, "history", "--json"), `"deployed":2,"changed_since":false,"releases":[{"number":1,`, `{"tag":"x:1","kept_as":"omegagen/test/x:2","id":"sha256:`, `"replaced":[{"number":3,`)

		contains(t, k.want(0), "Nothing to do")
		mustEqual(t, "builds", builds(k), 1)
		// The kit that was replaced is deployed again only after a question.
		releasing{compose: "v3", more: undoable}.install(t, k, shell, artifact.Artifact{Kind: artifact.Custom, Path: "conf/new.conf", Content: []byte("x\n")})
		contains(t, k.want(2), "This kit was replaced by a rollback to release 2", "run with --yes")
		mustEqual(t, "running", running(k), "two two")
		// A changed source is built, without one.
		releasing{compose: "v1"}.install(t, k, shell)
		source(k, "four")
		contains(t, k.want(0), "The sources of a build have changed since the rollback to release 2", "This is release 4.")
		mustEqual(t, "running", running(k), "four four")
		mustEqual(t, "builds", builds(k), 1)
		contains(t, k.want(0, "history"), "2  ", "3  ", "4  ")
		if out := k.want(0, "history"); strings.Contains(out, "\n1  ") {
			t.Errorf("more than three releases are kept:\n%s", out)
		}
		if k.read("../bin/world/kept.x:1") != "" {
			t.Error("the image of a release that is not kept has a tag")
		}
		// A release may have kept an image that the kit no longer has.
		k.write(".omegagen/releases/4/release", k.read(".omegagen/releases/4/release")+"image omegagen/test/gone gone:1 sha256:1 -\n")
		k.write("../bin/world/kept.gone:4", "x")
		k.want(0, "reset", "--yes")
		if left, _ := filepath.Glob(filepath.Join(k.bin, "world/kept.*")); len(left) > 0 {
			t.Errorf("reset leaves %v", left)
		}
	})
}

// A rollback whose images are gone says so before anything is changed, and pulls what
// it can.
func TestRollbackWithoutImages(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := releasing{compose: "v1"}.install(t, nil, shell)
		world(k, "digest.x:1", "registry/x@sha256:11")
		source(k, "one")
		k.want(0)
		if err := os.Remove(filepath.Join(k.bin, "world/digest.x:1")); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"two", "three"} {
			releasing{compose: text}.install(t, k, shell)
			source(k, text)
			k.want(0)
		}
		for _, n := range []string{"1", "2"} {
			if err := os.Remove(filepath.Join(k.bin, "world/kept.x:"+n)); err != nil {
				t.Fatal(err)
			}
		}
		contains(t, k.want(3, "rollback", "--yes"), "The image x:1 of release 2 (sha256:", "is no longer here", "Nothing was changed.")
		mustEqual(t, "compose file", k.read("docker-compose.yml"), "name: test\n# three\n")
		contains(t, k.want(0), "Nothing to do")
		world(k, "registry", "one")
		contains(t, k.want(0, "rollback", "1", "--yes"), "Pulling registry/x@sha256:11")
		mustEqual(t, "running", running(k), "one one")
		// The release that is deployed is kept when the next one is made, however old it is.
		source(k, "four")
		k.want(0)
		if out := k.want(0, "history"); !strings.Contains(out, "\n1  ") || strings.Contains(out, "\n2  ") {
			t.Errorf("the releases that are kept:\n%s", out)
		}
	})
}

// A run that fails with on_failure = "rollback" takes back what it did: generated steps
// go back to the release, declared ones only if no earlier run had done them.
func TestFailedRunGoesBack(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		more := func(script string) string {
			return "action \"before\" {\n  run      = \"" + script + "\"\n  rollback = \"echo undo-before >>ran\"\n}\n"
		}
		k := releasing{compose: "v1", more: more("echo before >>ran")}.install(t, nil, shell)
		source(k, "one")
		k.want(0)
		ran(k)
		releasing{compose: "v2", more: more("echo before again >>ran") + undoable, test: "test ! -e broken"}.install(t, k, shell)
		k.write("broken", "")
		source(k, "two")
		out := k.want(1)
		contains(t, out, "Not taken back: before (done by release 1, redone now).", "Rolling back to release 1.", "The files of release 1 are restored.",
			"The deployment had failed; release 1 is deployed again.")
		mustEqual(t, "running", running(k), "one one")
		mustEqual(t, "builds", builds(k), 1)
		if got := ran(k); !strings.Contains(got, "undo-extra") || strings.Contains(got, "undo-before") {
			t.Errorf("ran %s", got)
		}
		contains(t, k.want(0), "Nothing to do")
		contains(t, k.want(0, "history"), "deployed by a rollback", "failed-2")
	})
}

// After a run that failed and was not taken back, rollback returns to the last release,
// not to the one before it.
func TestRollbackOfFailedRun(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		late := "action \"late\" {\n  precondition = service.web.started\n  run          = \"test ! -e broken\"\n}\n"
		k := releasing{compose: "v1", more: late}.install(t, nil, shell)
		for _, text := range []string{"one", "two"} {
			source(k, text)
			k.want(0)
		}
		k.write("broken", "")
		releasing{compose: "v2", more: strings.Replace(late, "test !", "test  !", 1)}.install(t, k, shell)
		source(k, "three")
		k.want(1)
		mustEqual(t, "running", running(k), "three three")
		contains(t, k.want(0, "history"), "deployed, changed since")
		if err := os.Remove(filepath.Join(k.dir, "broken")); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(0, "rollback", "--yes"), "The files of release 2 are restored.")
		mustEqual(t, "running", running(k), "two two")
		mustEqual(t, "kept", k.read(".omegagen/releases/failed-3/kit/docker-compose.yml"), "name: test\n# v2\n")
	})
}

// A declared build is not run in a rollback either, even if a step that it needs is.
func TestRollbackOfDeclaredBuild(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		more := func(how string) string {
			return "state \"prepared\" {\n  type    = bool\n  initial = false\n}\n" +
				"action \"prepare\" {\n  effects = { prepared = true }\n  run     = \"echo prepare " + how + " >>ran\"\n}\n" +
				"action \"own\" {\n  rerun        = \"always\"\n  precondition = state.prepared\n  achieves     = [image.x.ready]\n  run          = \"docker build -f D -t x:1 .\"\n}\n"
		}
		k := releasing{compose: "v1", more: more("so")}.install(t, nil, shell)
		source(k, "one")
		k.want(0)
		releasing{compose: "v2", more: more("otherwise")}.install(t, k, shell)
		source(k, "two")
		k.want(0)
		mustEqual(t, "builds", builds(k), 1)
		ran(k)
		k.want(0, "rollback", "--yes")
		mustEqual(t, "builds", builds(k), 1)
		mustEqual(t, "running", running(k), "one one")
		if got := ran(k); !strings.Contains(got, "prepare") {
			t.Errorf("what the build needs was not done again: ran %s", got)
		}
	})
}

// What an earlier run has deployed stays when a later step fails.
func TestEarlierRunsStay(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, `system "rb" {}
state "deployed" {
  type    = bool
  initial = false
}
state "smoked" {
  type    = bool
  initial = false
}
action "deploy" {
  effects  = { deployed = true }
  run      = "touch running"
  validate = "test -e running"
  rollback = "rm running"
}
action "smoke" {
  precondition = state.deployed
  effects      = { smoked = true }
  on_failure   = "rollback"
  run          = "test ! -e broken"
}
goal "g" {
  condition = state.smoked
}
`)
		k := newKit(t, shell, m, ps)
		k.want(0)
		k.write("broken", "")
		contains(t, k.want(1, "--from", "smoke"), "No step that this run was the first to do declares a rollback.")
		if _, err := os.Stat(filepath.Join(k.dir, "running")); err != nil {
			t.Errorf("what an earlier run had deployed is gone: %v", err)
		}
	})
}

// Wherever a rollback is killed, the next run ends in one whole release.
func TestKilledRollback(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		random := rand.New(rand.NewSource(int64(len(shell))))
		k := releasing{compose: "v1"}.install(t, nil, shell)
		source(k, "one")
		k.want(0)
		releasing{compose: "v2", more: undoable}.install(t, k, shell, artifact.Artifact{Kind: artifact.Custom, Path: "conf/new.conf", Content: []byte("x\n")})
		source(k, "two")
		k.want(0)
		length := 4 * time.Second
		seen := map[string]int{}
		for range max((kills()-30)/len(tested(t)), 3) { // a tenth in CI; make soak asks for 300
			cmd := k.command(context.Background(), "rollback", "--yes")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			start := time.Now()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- cmd.Wait() }()
			select {
			case <-done:
				length = max(time.Since(start), 100*time.Millisecond)
			case <-time.After(time.Duration(random.Int63n(int64(length)))):
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
				<-done
			}
			k.want(0, "--yes")
			now := running(k) + " " + strings.TrimSpace(k.read("NOTES.md"))
			seen[now]++
			switch now {
			case "one one plan v1", "two two plan v2":
			default:
				t.Fatalf("after a kill, the deployment is %q", now)
			}
			contains(t, k.want(0), "Nothing to do")
			if _, err := os.Stat(filepath.Join(k.dir, "conf/new.conf")); (err == nil) != strings.HasSuffix(now, "v2") {
				t.Fatalf("conf/new.conf in %s: %v", now, err)
			}
			if strings.HasSuffix(now, "v1") { // forward again
				releasing{compose: "v2", more: undoable}.install(t, k, shell, artifact.Artifact{Kind: artifact.Custom, Path: "conf/new.conf", Content: []byte("x\n")})
				source(k, "two")
				k.want(0, "--yes")
				mustEqual(t, "forward", running(k), "two two")
			}
		}
		t.Logf("%v", seen)
	})
}

// A run that is killed while it records its release makes that one release, in the next
// run at the latest.
func TestKilledRelease(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		for when, program := range map[string]string{
			"before": `case "$*" in *releases/new\ *) kill -9 $PPID; exit 1 ;; esac; exec /bin/mv "$@"`,
			"after":  `/bin/mv "$@" || exit; case "$*" in *releases/new\ *) kill -9 $PPID ;; esac`,
		} {
			k := releasing{compose: "v1"}.install(t, nil, shell)
			for n, text := range []string{"one", "two"} {
				source(k, text)
				k.program("mv", program)
				if err := k.command(context.Background()).Run(); err == nil {
					t.Fatalf("%s: the run was not killed", when)
				}
				k.program("mv", `exec /bin/mv "$@"`)
				k.want(0)
				contains(t, k.want(0), "Nothing to do")
				find := fmt.Sprintf(`{"format_version":"1.0","deployed":%d,"changed_since":false,`, n+1)
				if out := k.want(0, "history", "--json"); !strings.Contains(out, find) || strings.Count(out, `{"number":`) != n+1 {
					t.Errorf("%s: %s", when, out)
				}
			}
		}
	})
}

// Where a release can't be recorded, the former one stays the last, and the next run
// records it.
func TestUnrecordedRelease(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := releasing{compose: "v1"}.install(t, nil, shell)
		source(k, "one")
		k.want(0)
		source(k, "two")
		k.program("mv", `case "$*" in *releases/new\ *) exit 1 ;; esac; exec /bin/mv "$@"`)
		contains(t, k.want(0), "Release 2 could not be recorded")
		contains(t, k.want(0, "history"), "deployed, changed since")
		k.program("mv", `exec /bin/mv "$@"`)
		contains(t, k.want(0), "This is release 2.")
	})
}
