//go:build e2e

// Package e2e deploys the example on a real Docker Engine, checks what runs,
// breaks it, and sees it recover. `make e2e` runs it: engine.sh gives it an
// engine, images/make.sh the images that the manifest starts from.
package e2e

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
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
	if os.Geteuid() != 0 {
		return 1, errors.New("e2e: these tests need root, for they mount a small disk (E2E=0 leaves them out)")
	}
	unlock, err := lockEngine()
	if err != nil {
		return 1, err
	}
	ends := []func(){unlock}
	end := sync.OnceFunc(func() {
		for _, f := range slices.Backward(ends) {
			f()
		}
	})
	defer end()
	go endOnSignal(end)
	if err := nothingInTheWay(); err != nil {
		return 1, err
	}
	work, err = os.MkdirTemp("", "omegagen-e2e-kits-")
	if err != nil {
		return 1, err
	}
	ends = append(ends, func() { os.RemoveAll(work) })

	if _, err := output(exec.Command("go", "build", "-o", filepath.Join(work, "omegagen"), "../../../cmd/omegagen")); err != nil {
		return 1, err
	}
	if err := os.CopyFS(filepath.Join(work, "app"), os.DirFS("../app")); err != nil {
		return 1, err
	}
	named, err := keepImages()
	ends = append(ends, func() { restoreImages(named) })
	if err != nil {
		return 1, err
	}

	cache := os.Getenv("OMEGAGEN_E2E_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			base = work
		}
		cache = filepath.Join(base, "omegagen", "e2e")
	}
	if _, err := output(inGroup(exec.Command("images/make.sh", cache))); err != nil {
		return 1, err
	}
	ends = append(ends, endKits)
	return m.Run(), nil
}

// endOnSignal waits for a signal, or until the time of the tests is nearly
// over (what testing does then removes nothing), and ends the process.
func endOnSignal(end func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	over := make(<-chan time.Time)
	if limit := flag.Lookup("test.timeout").Value.(flag.Getter).Get().(time.Duration); limit > 2*time.Minute {
		over = time.After(limit - time.Minute)
	}
	status := 1
	select {
	case s := <-signals:
		fmt.Fprintln(os.Stderr, "e2e: stopped by a signal; what was made is removed")
		status = 128 + int(s.(syscall.Signal))
	case <-over:
		fmt.Fprintln(os.Stderr, "e2e: the time is over; what was made is removed")
	}
	stopCommands()
	end()
	os.Exit(status)
}

// lockEngine keeps a second run from the same engine. The kit's names are
// fixed, so each would take the other's containers for its own.
func lockEngine() (unlock func(), err error) {
	id, err := output(exec.Command("docker", "info", "--format", "{{.ID}}"))
	if err != nil {
		return nil, err
	}
	name := filepath.Join("/tmp", "omegagen-e2e-"+regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(id, "")+".lock")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, fmt.Errorf("e2e: another run has this engine (%s: %w); wait for its end", name, err)
	}
	return func() { os.Remove(name); file.Close() }, nil
}

// nothingInTheWay refuses to begin where the engine has something of a
// deployment that these tests would take for their own, and remove.
func nothingInTheWay() error {
	var found []string
	for _, project := range []string{"constellation", "quickstart"} {
		for kind, args := range map[string][]string{
			"container": {"container", "ls", "--all", "--format", "{{.Names}}"},
			"network":   {"network", "ls", "--format", "{{.Name}}"},
			"volume":    {"volume", "ls", "--format", "{{.Name}}"},
		} {
			out, err := output(exec.Command("docker", append(args, "--filter", "label=com.docker.compose.project="+project)...))
			if err != nil {
				return err
			}
			for _, name := range strings.Fields(out) {
				found = append(found, kind+" "+name)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	return fmt.Errorf("this engine has a deployment of an example, which the tests would remove: %s; "+
		"remove it (docker compose --project-name NAME down --volumes), or let the tests have another engine", strings.Join(found, ", "))
}

// kept is the repository below which an image that was there before the tests
// has its name as long as they run: they make, and remove, images of the same
// names.
const kept = "omegagen-e2e-kept/"

// keepImages gives the images that the engine has under the names of the kits
// other names. Those that a killed run has left under such names get their first
// back before. It returns the names that
// the kits have for images.
func keepImages() ([]string, error) {
	out, err := output(exec.Command("docker", "image", "ls", "--filter", "reference="+kept+"*", "--filter", "reference="+kept+"*/*", "--format", "{{.Repository}}:{{.Tag}}"))
	if err != nil {
		return nil, err
	}
	for _, name := range strings.Fields(out) {
		if _, err := output(exec.Command("docker", "tag", name, strings.TrimPrefix(name, kept))); err != nil {
			return nil, err
		}
	}
	var named []string
	for manifest, options := range map[string][]string{"..": variables(), quickstartManifest: nil} {
		dir, err := os.MkdirTemp(work, "images-")
		if err != nil {
			return nil, err
		}
		if _, err := output(exec.Command(filepath.Join(work, "omegagen"), append([]string{"build", manifest, "-o", dir}, options...)...)); err != nil {
			return nil, err
		}
		images, err := listed(dir, "images")
		if err != nil {
			return nil, err
		}
		named = append(named, images...)
	}
	for _, name := range named {
		if exec.Command("docker", "image", "inspect", name).Run() != nil {
			continue
		}
		for _, args := range [][]string{{"tag", name, kept + name}, {"image", "rm", name}} {
			if _, err := output(exec.Command("docker", args...)); err != nil {
				return named, err
			}
		}
	}
	return named, nil
}

// restoreImages removes what has the kit's names, and gives them back to what
// had them before.
func restoreImages(named []string) {
	for _, name := range named {
		_ = exec.Command("docker", "image", "rm", "--force", name).Run()
		if exec.Command("docker", "tag", kept+name, name).Run() == nil {
			_ = exec.Command("docker", "image", "rm", kept+name).Run()
		}
	}
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
