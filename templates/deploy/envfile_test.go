package deploy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
)

// A changed env_file, or a variable of .env that it mentions, starts the service
// again, so that Compose replaces its containers: no other service, and not for
// another variable.
func TestChangedEnvFile(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, `system "test" {}
image "x" {
  pull = "x:1"
}
service "web" {
  image    = image.x
  oneshot  = true
  env_file = ["../the web.env", { path = "missing.env", required = false }]
}
service "other" {
  image   = image.x
  oneshot = true
}
goal "g" {
  condition = service.web.started && service.other.started
}
`)
		k := newKit(t, shell, m, ps, artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
		k.program("docker", strings.Replace(strings.Replace(dockerProgram, `grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, 1), "case $a in job)", "case $a in web | other)", 1))
		world(k, "kept", "")
		k.write("../the web.env", "A=1\nB=${REGION:-none}/$ZONE\n")
		k.write(".env", "REGION=\"eu\"\nUNUSED=1\n")
		k.want(0)
		contains(t, k.want(0), "Nothing to do")
		for _, c := range []struct{ path, content, because string }{
			{"../the web.env", "A=2\nB=${REGION:-none}/$ZONE\n", "env_file ../the web.env"},
			{".env", "REGION=us\nUNUSED=1\n", "env_file ../the web.env"},
			{".env", "REGION=us\nUNUSED=2\n", ""},
			{".env", "REGION=us\nUNUSED=2\nZONE=\n", "env_file ../the web.env"},
			{"missing.env", "C=1\n", "env_file missing.env"},
		} {
			k.write(c.path, c.content)
			world(k, "calls", "")
			out := k.want(0)
			calls := k.read("../bin/world/calls")
			if c.because == "" {
				contains(t, out, "Nothing to do")
				continue
			}
			contains(t, out, "service.web.start runs again: its input ("+c.because+") has changed.")
			if !strings.Contains(calls, " up --detach --no-build --no-deps web") || strings.Contains(calls, "--no-deps other") {
				t.Errorf("after a change of %s:\n%s", c.path, calls)
			}
		}
	})
}

// A variable of .env that a script which reads .env mentions is an input of its
// action; the caller's environment isn't.
func TestChangedVariable(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: writes("a", ". ./.env", `echo "${REGION} $OWN"`), edit: func(a *manifest.Action) {
			a.Env = []manifest.EnvVar{{Name: "OWN", Value: manifest.PlainText("1")}}
		}}, task{name: "b", run: writes("b", `echo "${REGION-}"`)})))
		k.write(".env", "REGION=eu\n")
		k.want(0)
		ran(k)
		for _, c := range []struct{ env, want string }{{"REGION=us\n", "a"}, {"REGION=us\nOWN=2\nZONE=1\n", ""}, {"", "a"}} {
			if c.env == "" {
				if err := os.WriteFile(filepath.Join(k.dir, ".env"), []byte("REGION=\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				k.write(".env", c.env)
			}
			k.want(0)
			if got := ran(k); got != c.want {
				t.Errorf("with .env %q: ran %q, not %q", c.env, got, c.want)
			}
		}
	})
}
