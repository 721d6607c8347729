//go:build e2e

// Package enginetest is what the end-to-end suites of the examples have in common:
// they take a Docker Engine for themselves, make the images that their manifests
// start from, deploy kits, and leave the engine as it was. It knows omegagen and
// kits as a user does, by the program and by deploy.sh.
package enginetest

import (
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

// Suite is what one package of end-to-end tests needs.
type Suite struct {
	// Projects are the Compose projects that it deploys, and removes.
	Projects []string
	// Manifests are the folders of manifests that it deploys, each with the
	// options of omegagen build.
	Manifests map[string][]string
	// Images is the folder whose list make.sh makes the images of.
	Images string
	// Prepare, where there is one, fills the folder of the run before anything
	// is made of the manifests.
	Prepare func(work string) error
}

// Work is the folder of the whole run: the compiler and the kits.
var Work string

// Run makes what the tests need, runs them, and removes it again, whatever
// happens. It returns the status to end with.
func Run(m *testing.M, s Suite) int {
	flag.Parse()
	status, err := run(m, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	return status
}

func run(m *testing.M, s Suite) (status int, err error) {
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
	if err := nothingInTheWay(s.Projects); err != nil {
		return 1, err
	}
	Work, err = os.MkdirTemp("", "omegagen-e2e-kits-")
	if err != nil {
		return 1, err
	}
	ends = append(ends, func() { os.RemoveAll(Work) })

	root := repository()
	if _, err := Output(exec.Command("go", "build", "-o", Compiler(), root+"/cmd/omegagen")); err != nil {
		return 1, err
	}
	if s.Prepare != nil {
		if err := s.Prepare(Work); err != nil {
			return 1, err
		}
	}
	named, err := keepImages(s.Manifests)
	ends = append(ends, func() { restoreImages(named) })
	if err != nil {
		return 1, err
	}
	makeImages := exec.Command(root+"/examples/constellation/e2e/images/make.sh", cache(), s.Images)
	if _, err := Output(InGroup(makeImages)); err != nil {
		return 1, err
	}
	ends = append(ends, endKits)
	return m.Run(), nil
}

// Compiler is the program that is tested.
func Compiler() string { return filepath.Join(Work, "omegagen") }

// repository is the root of the repository, seen from a suite's folder:
// examples/NAME/e2e.
func repository() string { return filepath.Join("..", "..", "..") }

// cache is where images are kept from one run to the next.
func cache() string {
	if dir := os.Getenv("OMEGAGEN_E2E_CACHE"); dir != "" {
		return dir
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = Work
	}
	return filepath.Join(base, "omegagen", "e2e")
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

// lockEngine keeps a second run from the same engine. The kits' names are
// fixed, so each would take the other's containers for its own.
func lockEngine() (unlock func(), err error) {
	id, err := Output(exec.Command("docker", "info", "--format", "{{.ID}}"))
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
	return func() { _ = os.Remove(name); file.Close() }, nil
}

// nothingInTheWay refuses to begin where the engine has something of a
// deployment that these tests would take for their own, and remove.
func nothingInTheWay(projects []string) error {
	var found []string
	for _, project := range projects {
		for kind, args := range map[string][]string{
			"container": {"container", "ls", "--all", "--format", "{{.Names}}"},
			"network":   {"network", "ls", "--format", "{{.Name}}"},
			"volume":    {"volume", "ls", "--format", "{{.Name}}"},
		} {
			out, err := Output(exec.Command("docker", append(args, "--filter", "label=com.docker.compose.project="+project)...))
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
