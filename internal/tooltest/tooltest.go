// Package tooltest lets a test run where the programs are that it needs. It is for tests alone.
package tooltest

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Need returns where programs are. Without one of them the test is skipped, with
// its name as the reason.
func Need(t testing.TB, programs ...string) []string {
	t.Helper()
	var paths []string
	for _, p := range programs {
		path, err := exec.LookPath(p)
		if err != nil {
			Missing(t, "%s is not on PATH", p)
		}
		paths = append(paths, path)
	}
	return paths
}

// Missing skips a test for want of something that its machine has not. In CI, which has all
// that tests need, that is a failure: a test that is never run proves nothing.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	reason := fmt.Sprintf(format, args...)
	if inCI(os.Getenv("CI")) {
		t.Fatalf("%s: CI must have it", reason)
	}
	t.Skip(reason)
}

// Absent says whether a program is missing, for sessions that skip themselves. In CI
// that is an error.
func Absent(program string) (bool, error) {
	_, err := exec.LookPath(program)
	if err != nil && inCI(os.Getenv("CI")) {
		return true, fmt.Errorf("%s is not on PATH: CI must have it", program)
	}
	return err != nil, nil
}

// inCI reads the variable CI, which CI systems and `make test` set.
func inCI(value string) bool { return value != "" && value != "0" && value != "false" }
