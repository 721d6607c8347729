package deploy_test

import (
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// A path outside the kit that a step needs is asked for before anything runs.
func TestMissingPaths(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		used := func(owner, name string, use manifest.PathUse, made bool) {
			m.Paths = append(m.Paths, &manifest.UsedPath{Origin: origin(owner), Use: use, Path: name, Made: made})
		}
		used("action.a", "../in put's.txt", manifest.InputPath, false)
		used("action.a", "../in put's.txt", manifest.ContextPath, false)
		used("action.a", "~/not there", manifest.ComposePath, false)
		used("action.a", "../made", manifest.InputPath, true)
		used("action.a", "../on the engine", manifest.BindPath, false)
		used("action.other", "../of another step", manifest.InputPath, false)
		k := newKit(t, shell, m, []*planner.Plan{planOf(m, task{name: "a", run: "echo done >ran"})})
		k.env = append(k.env, "HOME="+k.dir, "DOCKER_HOST=tcp://engine.example.org:2376")
		out, code := k.run()
		contains(t, out, "There is no ../in put's.txt, which a needs.", "There is no ~/not there, which a needs.", "PLAN.md lists", "Nothing was started: 2 prerequisite(s) missing.")
		if code != 3 || k.read("ran") != "" {
			t.Errorf("status %d, ran: %q", code, k.read("ran"))
		}
		k.write("../in put's.txt", "")
		k.write("not there", "")
		k.env[len(k.env)-1] = "DOCKER_HOST=unix:///var/run/docker.sock"
		out, code = k.run()
		contains(t, out, "There is no ../on the engine, which a needs.", "1 prerequisite(s) missing")
		if code != 3 || k.read("ran") != "" {
			t.Errorf("status %d\n%s", code, out)
		}
		k.write(filepath.Join("..", "on the engine", "x"), "")
		if out, code = k.run(); code != 0 || k.read("ran") == "" {
			t.Errorf("status %d\n%s", code, out)
		}
	})
}
