//go:build e2e

package enginetest

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Output runs a command and gives what it printed; on a failure, the error has
// all of it.
func Output(cmd *exec.Cmd) (string, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, out.String(), errs.String())
	}
	return out.String(), nil
}

// Docker runs the client, and fails the test when that fails.
func Docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := Output(exec.Command("docker", args...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// Eventually tries until fn says nothing, and fails the test with what it said
// last.
func Eventually(t *testing.T, within time.Duration, what string, fn func() error) {
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

// Stage is a subtest that what follows builds on: when it fails, the test ends.
func Stage(t *testing.T, name string, fn func(t *testing.T)) {
	t.Helper()
	start := time.Now()
	if !t.Run(name, fn) {
		t.FailNow()
	}
	t.Logf("%-40s %s", name, time.Since(start).Round(time.Second))
}

// commands are those with a process group, so that those that run can be stopped.
var commands struct {
	sync.Mutex
	all []*exec.Cmd
}

// InGroup gives a command a process group of its own, which is stopped when the
// run is.
func InGroup(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	commands.Lock()
	defer commands.Unlock()
	commands.all = append(commands.all, cmd)
	return cmd
}

// stopCommands ends the commands that run, and waits until they have. No other
// begins.
func stopCommands() {
	commands.Lock() // and never let go: the process is to end
	running := slices.DeleteFunc(commands.all, func(cmd *exec.Cmd) bool { return cmd.Process == nil || cmd.ProcessState != nil })
	for _, cmd := range running {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	}
	for range 300 {
		if !slices.ContainsFunc(running, func(cmd *exec.Cmd) bool { return syscall.Kill(-cmd.Process.Pid, 0) == nil }) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
