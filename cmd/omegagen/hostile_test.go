package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/store"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// hostileText is local.h of testdata/hostile: text that a shell, a template or a quoting mistake would
// act on.
const hostileText = "q'q\"q $(touch x) `touch x` ${y} {{.}} $$ \\ %s é漢🎉\nsecond line; touch x"

// writeHostile builds the hostile manifest into a new folder.
func writeHostile(t *testing.T) string {
	t.Helper()
	return writeKit(t, compileHostile(t))
}

// compileHostile compiles the hostile manifest, whose text looks like a variable that nothing replaces (OG871).
func compileHostile(t *testing.T) *compiled {
	t.Helper()
	c, err := compileFS(os.DirFS("testdata/hostile"))
	c.diags = slices.DeleteFunc(c.diags, func(d *hcl.Diagnostic) bool { return diag.Code(d) == "OG871" })
	return withoutDiagnostics(t, c, err)
}

// writeKit writes a kit into a new folder.
func writeKit(t *testing.T, c *compiled) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "kit")
	w, _, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &store.State{Dir: dir}
	if err := w.Write(c.kit, s.Compare(c.kit)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestHostileStringsReachCompose reads the kit with Docker Compose.
func TestHostileStringsReachCompose(t *testing.T) {
	tooltest.Need(t, "docker-compose")
	dir := writeHostile(t)
	env, err := os.ReadFile(filepath.Join(dir, ".env.example"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".env"), env, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("docker-compose", "config", "--format", "json")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("docker-compose config: %v\n%s", err, stderr.String())
	}
	var project struct {
		Services map[string]struct {
			Environment map[string]string
			Command     []string
			Labels      map[string]string
			Healthcheck struct{ Test []string }
		}
	}
	if err := json.Unmarshal(stdout, &project); err != nil {
		t.Fatal(err)
	}
	web := project.Services["web"]
	for what, got := range map[string]string{
		"environment": web.Environment["HOSTILE"],
		"command":     web.Command[2],
		"label":       web.Labels["hostile"],
		"healthcheck": web.Healthcheck.Test[3],
	} {
		// config prints what Compose would read again: $ doubled.
		if unescape(got) != hostileText {
			t.Errorf("%s: %q", what, got)
		}
	}
}

func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		out = append(out, s[i])
		if s[i] == '$' && i+1 < len(s) && s[i+1] == '$' {
			i++
		}
	}
	return string(out)
}

// TestHostileStringsRunNothing runs the commands of deploy.sh that require no engine, under three
// shells. None of them executes a word of what it prints.
func TestHostileStringsRunNothing(t *testing.T) {
	tooltest.Need(t, "dash", "bash", "busybox", "awk", "sed", "grep")
	for _, shell := range [][]string{{"dash"}, {"bash"}, {"busybox", "sh"}} {
		dir := writeHostile(t)
		for _, args := range [][]string{{"--help"}, {"plan"}, {"status"}, {"up", "--dry-run"}, {"up", "--yes"}, {"report"}} {
			cmd := exec.Command(shell[0], append(append(shell[1:], "./deploy.sh"), args...)...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "DOCKER_HOST=unix:///nonexistent/docker.sock")
			out, err := cmd.CombinedOutput()
			if _, exited := err.(*exec.ExitError); err != nil && !exited {
				t.Fatal(err)
			}
			if len(out) == 0 {
				t.Errorf("%v %v says nothing", shell, args)
			}
		}
		err := filepath.WalkDir(filepath.Dir(dir), func(p string, d fs.DirEntry, err error) error {
			if d != nil && d.Name() == "x" {
				t.Errorf("%v: something ran `touch x`: %s", shell, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestHostileStringsReachAlertmanager reads the configuration with amtool, which asks where an alert goes.
func TestHostileStringsReachAlertmanager(t *testing.T) {
	tooltest.Need(t, "amtool")
	config := filepath.Join(writeHostile(t), "alertmanager", "alertmanager.yml")
	out, err := exec.Command("amtool", "check-config", config).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("SUCCESS")) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := exec.Command("amtool", "config", "routes", "test", "--config.file="+config, "--verify.receivers=team", "other=$(touch x) `touch x` $y {{.}} é漢").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
