//go:build e2e

package enginetest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Kit is a built kit.
type Kit struct {
	Dir      string
	Manifest string   // its folder
	Options  []string // of omegagen build
}

// deployed are the kits that may have deployed something.
var deployed struct {
	sync.Mutex
	kits []*Kit
}

// Build compiles the kit's manifest into its folder, and gives what omegagen
// said. What the kit deploys is removed when the run ends.
func (k *Kit) Build(t *testing.T) string {
	t.Helper()
	out, err := k.compile()
	if err != nil {
		t.Fatal(err)
	}
	deployed.Lock()
	defer deployed.Unlock()
	for _, known := range deployed.kits {
		if known == k {
			return out
		}
	}
	deployed.kits = append(deployed.kits, k)
	return out
}

func (k *Kit) compile() (string, error) {
	return Output(exec.Command(Compiler(), append([]string{"build", k.Manifest, "-o", k.Dir}, k.Options...)...))
}

// Command is deploy.sh.
func (k *Kit) Command(args ...string) *exec.Cmd {
	cmd := InGroup(exec.Command("./deploy.sh", args...))
	cmd.Dir = k.Dir
	return cmd
}

// Deploy runs deploy.sh, which must end with a status, and gives what it said.
func (k *Kit) Deploy(t *testing.T, status int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := k.Command(args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != status {
		t.Fatalf("deploy.sh %s ended with status %d, not %d:\n%s", strings.Join(args, " "), got, status, out.String())
	}
	return out.String()
}

// Listed are the lines that one of the lists of deploy/plan.sh has, by its
// function.
func (k *Kit) Listed(function string) ([]string, error) {
	script, err := os.ReadFile(filepath.Join(k.Dir, "deploy/plan.sh"))
	if err != nil {
		return nil, err
	}
	list := regexp.MustCompile(`(?s)\n` + function + `\(\) \{\n    cat <<'[A-Z]+'\n(.*?)\n[A-Z]+\n\}`).FindSubmatch(script)
	if list == nil {
		return nil, fmt.Errorf("deploy/plan.sh has no list of %s", function)
	}
	return strings.Split(string(list[1]), "\n"), nil
}

// endKits removes all that the kits have deployed and that is still there.
func endKits() {
	for _, k := range deployed.kits {
		// What a test has paused can't be stopped.
		if lines, err := k.Listed("ports"); err == nil {
			for _, line := range lines {
				_ = exec.Command("docker", "unpause", strings.Fields(line)[0]).Run()
			}
		}
		cmd := exec.Command("./deploy.sh", "reset", "--images", "--yes")
		cmd.Dir = k.Dir
		_ = cmd.Run()
		if err := os.RemoveAll(k.Dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}
