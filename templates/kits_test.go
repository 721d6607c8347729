package templates_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/templates/deploy"
)

// kits copies the kit of every example into a folder of its own, with the
// .env that a user would make, and calls check for each.
func kits(t *testing.T, check func(t *testing.T, dir string)) {
	t.Helper()
	found, err := filepath.Glob("../generated/*/deploy.sh")
	if err != nil || len(found) < 3 {
		t.Fatalf("%v %v", found, err)
	}
	for _, f := range found {
		src := filepath.Dir(f)
		t.Run(filepath.Base(src), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "kit")
			if err := os.CopyFS(dir, os.DirFS(src)); err != nil {
				t.Fatal(err)
			}
			env, err := os.ReadFile(filepath.Join(dir, ".env.example"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, ".env"), env, 0o600); err != nil {
				t.Fatal(err)
			}
			check(t, dir)
		})
	}
}

// silent runs a program that must succeed and print nothing to stderr.
func silent(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || errs.Len() > 0 {
		t.Errorf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

func TestComposeAcceptsKits(t *testing.T) {
	tooltest.Need(t, "docker-compose")
	kits(t, func(t *testing.T, dir string) {
		if _, err := os.Stat(filepath.Join(dir, kit.ComposePath)); err != nil {
			return // a kit for Kubernetes
		}
		if out := silent(t, dir, "docker-compose", "config"); !strings.Contains(out, "services:") {
			t.Errorf("no services:\n%s", out)
		}
	})
}

func TestPromtoolAcceptsKits(t *testing.T) {
	tooltest.Need(t, "promtool")
	seen := 0
	kits(t, func(t *testing.T, dir string) {
		if _, err := os.Stat(filepath.Join(dir, "prometheus")); err != nil {
			return
		}
		seen++
		for _, args := range [][]string{{"check", "config", "prometheus/prometheus.yml"}, {"check", "rules", "prometheus/rules.yml"}, {"test", "rules", "prometheus-tests/rules_test.yml"}} {
			cmd := exec.Command("promtool", args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput() // promtool says SUCCESS on stdout or stderr
			if err != nil || !bytes.Contains(out, []byte("SUCCESS")) || bytes.Contains(bytes.ToLower(out), []byte("warn")) {
				t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}
	})
	if seen == 0 {
		t.Error("no kit has a Prometheus")
	}
}

func TestShellsAcceptKits(t *testing.T) {
	tooltest.Need(t, "shellcheck", "dash", "bash", "busybox")
	kits(t, func(t *testing.T, dir string) {
		parts := []string{"deploy.sh", "deploy/runtime.sh", "deploy/plan.sh"}
		silent(t, dir, "shellcheck", "deploy.sh", "deploy/plan.sh") // the runtime is the same in every kit
		silent(t, dir, "sha256sum", "--check", "--quiet", "--strict", "deploy/SHA256SUMS")
		for _, p := range parts {
			silent(t, dir, "dash", "-n", p)
			silent(t, dir, "bash", "-n", p)
			silent(t, dir, "busybox", "sh", "-n", p)
		}
		scripts, err := filepath.Glob(filepath.Join(dir, "deploy", "*", "*", "*.sh"))
		if err != nil || len(scripts) == 0 {
			t.Fatal("no script", err)
		}
		more, err := filepath.Glob(filepath.Join(dir, "deploy", "*", "*.sh"))
		if err != nil {
			t.Fatal(err)
		}
		silent(t, dir, "shellcheck", append(scripts, more...)...)
		runtime, err := os.ReadFile(filepath.Join(dir, "deploy/runtime.sh"))
		if err != nil {
			t.Fatal(err)
		}
		if sum := kit.Sum(runtime); sum != deploy.RuntimeSum() && sum != deploy.ClusterRuntimeSum() {
			t.Error("this kit has another runtime")
		}
	})
}

func TestPostgresAcceptsKitsTwice(t *testing.T) {
	server := pgtest.StartVector(t)
	seen := 0
	kits(t, func(t *testing.T, dir string) {
		scripts, err := filepath.Glob(filepath.Join(dir, "init-db*.sql"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range scripts {
			seen++
			script, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			database := strings.NewReplacer("/", "_", ".", "_").Replace(t.Name() + filepath.Base(name))
			server.CreateDatabase(t, database)
			for range 2 {
				if _, stderr, err := server.Run(database, string(script)); err != nil || stderr != "" {
					t.Errorf("%s: %v\n%s", name, err, stderr)
				}
			}
		}
	})
	if seen == 0 {
		t.Error("no kit has a database")
	}
}

func TestGrafanaSchemaAcceptsKits(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	schema, err := compiler.Compile("../lint/grafana/testdata/dashboard-11.6.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	kits(t, func(t *testing.T, dir string) {
		dashboards, err := filepath.Glob(filepath.Join(dir, "grafana/dashboards/*.json"))
		if err != nil {
			t.Fatal(err)
		}
		sort.Strings(dashboards)
		for _, name := range dashboards {
			seen++
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(b, &v); err != nil {
				t.Fatal(err)
			}
			withoutQueries(v)
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	if seen == 0 {
		t.Error("no kit has a dashboard")
	}
}

// withoutQueries removes the queries of annotations, whose keys are those of Prometheus's data source: the schema
// has only the keys of all annotations.
func withoutQueries(dashboard any) {
	annotations, _ := dashboard.(map[string]any)["annotations"].(map[string]any)
	list, _ := annotations["list"].([]any)
	for _, a := range list {
		for _, key := range []string{"expr", "step", "tagKeys", "titleFormat"} {
			delete(a.(map[string]any), key)
		}
	}
}

// The plan of the largest example, of 57 actions, stays one page that is read.
func TestPlanIsOnePage(t *testing.T) {
	plan, err := os.ReadFile("../generated/exogenesis-omega/PLAN.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(plan, []byte("\n")); n >= 400 {
		t.Errorf("PLAN.md has %d lines", n)
	}
	for _, action := range []string{"chaos_test", "verify_docker"} {
		if link := "](deploy/actions/" + action + "/run.sh)"; !bytes.Contains(plan, []byte(link)) {
			t.Errorf("%s isn't linked", link)
		}
	}
}
