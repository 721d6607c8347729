package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
)

// statusJSON is the output of status --json.
type statusJSON struct {
	FormatVersion string `json:"format_version"`
	Goal          string
	Running       *int
	Steps         []struct {
		ID, Status string
		Seconds    *int
	}
	Done, Total int
	State       string
	Containers  []struct {
		Name, Status, Health string
		Restarts             *int
		Exit                 *int  `json:"exit_status"`
		Image                *bool `json:"deployed_image"`
		Expected             *bool
		Fault                string
	}
	Criteria    []struct{ Title, Result, Observed string }
	EditedFiles []string `json:"edited_files"`
	Differences []string
	Unknown     []string
}

func (k *kit) status(code int) (s statusJSON) {
	k.t.Helper()
	out := k.want(code, "status", "--json")
	at := strings.Index(out, "{") // after what standard error says
	if at < 0 {
		k.t.Fatal(out)
	}
	if err := json.Unmarshal([]byte(out[at:]), &s); err != nil {
		k.t.Fatalf("%v\n%s", err, out)
	}
	return s
}

func (s statusJSON) step(id string) string {
	for _, step := range s.Steps {
		if step.ID == id {
			return step.Status
		}
	}
	return "no such step"
}

// status compares the records with what Docker says of containers and images.
func TestStatusOfContainers(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		s := k.status(6)
		mustEqual(t, "at first", s.State, "different")
		mustEqual(t, "steps done", s.Done, 0)
		contains(t, strings.Join(s.Differences, "\n"), "test-web-1 does not exist", "11 of 11 steps")
		k.want(0)
		s = k.status(0)
		mustEqual(t, "state", s.State+" "+s.FormatVersion, "deployed 1.1")
		if len(s.Containers) != 4 || len(s.Differences)+len(s.Unknown) > 0 || s.Done != 11 {
			t.Errorf("%+v", s)
		}
		for _, c := range s.Containers {
			if c.Image == nil || !*c.Image || c.Expected == nil || !*c.Expected {
				t.Errorf("%+v", c)
			}
		}
		contains(t, k.want(0, "status"), "Containers:\n", "test-database    running, healthy", "test-job    exited with status 0", "All is as it was deployed")

		for _, c := range []struct{ container, is, want string }{
			{"test-web-2", "exited none 0 false 0 0 1", "test-web-2 exited with status 1"},
			{"test-database", "running unhealthy 3 false 0 0 0", "test-database is unhealthy"},
			{"test-web-1", "restarting none 0 false 7 0 2", "test-web-1 is in a restart loop: it exited with status 2, 7 restarts so far"},
			{"test-job", "exited none 0 false 0 0 3", "test-job exited with status 3"},
		} {
			was := k.read("../bin/world/container." + c.container)
			world(k, "container."+c.container, c.is)
			s = k.status(6)
			mustEqual(t, c.container, strings.Join(s.Differences, "\n"), c.want+".")
			contains(t, k.want(6, "status"), "! ", c.want)
			k.write("../bin/world/container."+c.container, was)
		}
		// A one-shot container that has completed may be removed, another one not.
		for name, code := range map[string]int{"test-job": 0, "test-web-2": 6} {
			was := k.read("../bin/world/container." + name)
			if err := os.Remove(filepath.Join(k.bin, "world/container."+name)); err != nil {
				t.Fatal(err)
			}
			k.status(code)
			k.write("../bin/world/container."+name, was)
		}
		// A container that runs another image than the one that was deployed, and one whose image is gone.
		world(k, "image.other", "other")
		world(k, "runs.test-web-1", "other")
		s = k.status(6)
		contains(t, strings.Join(s.Differences, "\n"), "test-web-1 runs another image web:1")
		world(k, "runs.test-web-1", "pruned")
		s = k.status(3)
		mustEqual(t, "state", s.State, "unknown")
		contains(t, strings.Join(s.Unknown, "\n"), "The image of test-web-1 cannot be inspected.")
		if err := os.Remove(filepath.Join(k.bin, "world/runs.test-web-1")); err != nil {
			t.Fatal(err)
		}
		// What can't be seen isn't "todo".
		world(k, "down", "")
		s = k.status(3)
		mustEqual(t, "a start", s.step("service.web.start"), "unknown")
		mustEqual(t, "a build", s.step("image.web.build"), "done")
		contains(t, strings.Join(s.Unknown, "\n"), "docker reports: Cannot connect to the Docker daemon")
		out := k.want(3, "status")
		contains(t, out, "  service.web.start", "6 of 11 steps of goal 'default' are done, 5 are unknown.", "? unknown", "Unknown:")
		if strings.Contains(out, "todo") {
			t.Error(out)
		}
	})
}

// The state, the kit's files and the criteria count too, and need no Docker.
func TestStatusOfRecords(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		m.Criteria = []*manifest.Criterion{{Origin: origin("criterion.fine"), Name: "fine", Title: "It is \"fine\"", Probe: &manifest.CommandProbe{Run: manifest.PlainText("test ! -f ill")}}}
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "true"}, task{name: "b", needs: "a", run: "test ! -f broken"})))
		k.program("docker", "echo >>called; exit 1")
		s := k.status(6)
		mustEqual(t, "steps", s.step("a")+s.step("b"), "todotodo")
		mustEqual(t, "criterion", s.Criteria[0].Result, "unchecked")
		k.want(0)
		s = k.status(0)
		mustEqual(t, "criterion", s.Criteria[0].Title+" "+s.Criteria[0].Result, `It is "fine" met`)
		contains(t, k.want(0, "status"), "Success criteria, last checked 20", "met       It is \"fine\"", "All is as it was deployed")
		k.write("ill", "")
		k.want(6, "verify")
		contains(t, strings.Join(k.status(6).Differences, "\n"), `The criterion 'It is "fine"' was not met when it was last checked`)
		if err := os.Remove(filepath.Join(k.dir, "ill")); err != nil {
			t.Fatal(err)
		}
		k.want(0, "verify")
		plan := k.read("deploy/plan.sh")
		k.write("deploy/plan.sh", plan+"# edited\n")
		s = k.status(6)
		mustEqual(t, "edited files", s.EditedFiles, []string{"deploy/plan.sh"})
		k.want(0, "up", "--accept-edits")
		mustEqual(t, "accepted files", len(k.status(0).EditedFiles), 0)
		k.write("deploy/plan.sh", plan)
		// Another kit that isn't deployed yet.
		k.install(m, plans(planOf(model(), task{name: "a", run: "true"}, task{name: "b", needs: "a", run: "echo other"})))
		s = k.status(6)
		mustEqual(t, "steps", s.step("a")+" "+s.step("b"), "done changed")
		if k.read("called") != "" {
			t.Error("docker was called without a service")
		}
		if err := os.RemoveAll(filepath.Join(k.dir, ".omegagen")); err != nil {
			t.Fatal(err)
		}
		k.write(".omegagen", "no folder")
		s = k.status(3)
		mustEqual(t, "steps", s.step("a")+" "+s.step("b"), "unknown unknown")
		contains(t, strings.Join(s.Unknown, "\n"), "cannot be read")
	})
}

// On a terminal every line of status fits.
func TestStatusWidth(t *testing.T) {
	m := model()
	m.Services = []*manifest.Service{published("web", 0)}
	p := planOf(m, task{name: "构建镜像-the-first-of-two", run: "true"})
	p.Steps[0].Action.Title = strings.Repeat("a very long 标题 ", 12)
	for _, shell := range tested(t) {
		k := newKit(t, shell, m, plans(p), artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
		k.program("docker", dockerProgram)
		k.want(0)
		for _, columns := range []string{"80", "40", "20"} {
			out := k.onWidth("stty cols "+columns, "status", func(func() string) {}, "PATH="+k.bin+":"+os.Getenv("PATH"))
			for _, line := range strings.Split(out, "\n") {
				if line = strings.TrimRight(line, "\r"); columnsOf(line) > map[string]int{"80": 80, "40": 40, "20": 20}[columns] {
					t.Errorf("%s, %s columns: %q", shell, columns, line)
				}
			}
			contains(t, out, "done", "…")
		}
		contains(t, k.want(0, "status"), strings.TrimSpace(p.Steps[0].Action.Title)) // redirected, nothing is cut
	}
}

// TestStatusInputs: what a step is made from and has changed is named.
func TestStatusInputs(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "true", edit: func(a *manifest.Action) {
			a.Inputs = []manifest.Path{{Path: "data"}}
		}}, task{name: "b", needs: "a", run: "true"})))
		k.write("data", "one")
		k.want(0)
		contains(t, k.want(0, "status"), "All is as it was deployed")
		k.write("data", "two")
		contains(t, k.want(6, "status"), "done", "The next up runs a again: its input (path data) has changed.")
		mustEqual(t, "differences", k.status(6).Differences, []string{"The next up runs a again: its input (path data) has changed."})
		k.want(0)
		k.want(0, "status")
	})
}
