//go:build e2e

// Package e2e deploys the example on a real Docker Engine, checks what runs,
// breaks it, and sees it recover. `make e2e` runs it: engine.sh gives it an
// engine, images/make.sh the images that the manifest starts from.
package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// work is the folder of the whole run: the compiler, the sources of the
// servers and the kits.
var work string

func TestMain(m *testing.M) {
	flag.Parse()
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

// run makes what the tests need, and removes it again, whatever happens.
func run(m *testing.M) (status int, err error) {
	work, err = os.MkdirTemp("", "omegagen-e2e-kits-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(work)

	cache := os.Getenv("OMEGAGEN_E2E_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			base = work
		}
		cache = filepath.Join(base, "omegagen", "e2e")
	}
	made, err := output(exec.Command("images/make.sh", cache))
	defer func() {
		// Some are gone by now: `reset --images` takes what the kit names.
		for _, image := range strings.Fields(made) {
			_ = exec.Command("docker", "image", "rm", "--force", image).Run()
		}
	}()
	if err != nil {
		return 1, err
	}

	if _, err := output(exec.Command("go", "build", "-o", filepath.Join(work, "omegagen"), "../../../cmd/omegagen")); err != nil {
		return 1, err
	}
	if err := os.CopyFS(filepath.Join(work, "app"), os.DirFS("../app")); err != nil {
		return 1, err
	}
	defer endKits()
	return m.Run(), nil
}

// output runs a command and gives what it printed; on a failure, the error has
// all of it.
func output(cmd *exec.Cmd) (string, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, out.String(), errs.String())
	}
	return out.String(), nil
}

// docker runs the client, and fails the test when that fails.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := output(exec.Command("docker", args...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// eventually tries until fn says nothing, and fails the test with what it said
// last.
func eventually(t *testing.T, within time.Duration, what string, fn func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := fn()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s: %v", what, within, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// stage is a subtest that what follows builds on: when it fails, the test ends.
func stage(t *testing.T, name string, fn func(t *testing.T)) {
	t.Helper()
	start := time.Now()
	if !t.Run(name, fn) {
		t.FailNow()
	}
	t.Logf("%-40s %s", name, time.Since(start).Round(time.Second))
}
