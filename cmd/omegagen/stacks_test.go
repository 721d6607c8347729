package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/format"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// The stacks are formatted, compile without errors or warnings and deterministically, and the
// consumers of their kits report nothing.
func TestStacks(t *testing.T) {
	found, err := filepath.Glob("../../examples/stacks/*/main.hcl")
	if err != nil || len(found) < 8 {
		t.Fatal(found, err)
	}
	for _, f := range found {
		name := filepath.Base(filepath.Dir(f))
		t.Run(name, func(t *testing.T) {
			t.Parallel() // shellcheck takes seconds
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if want, diags := format.Format(f, src); diags.HasErrors() || !bytes.Equal(src, want) {
				t.Error("fmt would write it otherwise")
			}
			m := exampleFS(t, "stacks/"+name)
			c, err := compileFS(m)
			if d := diag.WithoutAdvice(c.diags); err != nil || len(d) > 0 {
				var b bytes.Buffer
				_ = diag.Write(&b, c.sources(), d, diag.Style{})
				t.Fatalf("%v\n%s", err, b.String())
			}
			again, err := compileFS(m)
			if err != nil {
				t.Fatal(err)
			}
			sameKit(t, c, again)
			readKit(t, c)
		})
	}
}

// readKit reads a kit with its consumers.
func readKit(t *testing.T, c *compiled) {
	t.Helper()
	tooltest.Need(t, "docker-compose", "shellcheck", "promtool")
	dir := writeKit(t, c)
	env, err := os.ReadFile(filepath.Join(dir, ".env.example"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".env"), env, 0o600); err != nil {
		t.Fatal(err)
	}
	silent := [][]string{{"docker-compose", "config", "--quiet"}, {"shellcheck", "deploy.sh"}}
	scripts, err := filepath.Glob(filepath.Join(dir, "*/*.sh"))
	if err != nil {
		t.Fatal(err)
	}
	scripts = slices.DeleteFunc(scripts, func(p string) bool { return strings.HasSuffix(p, "/deploy/runtime.sh") }) // the same in every kit
	if len(scripts) > 0 {
		silent = append(silent, append([]string{"shellcheck"}, scripts...))
	}
	for _, args := range silent {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "prometheus/prometheus.yml")); err == nil {
		cmd := exec.Command("promtool", "check", "config", "prometheus/prometheus.yml")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
