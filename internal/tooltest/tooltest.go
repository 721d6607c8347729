// Package tooltest finds the programs that a test requires. Only tests use it.
package tooltest

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// oldest are the minimum versions of programs, with the arguments that print the version.
var oldest = map[string]struct {
	args         []string
	major, minor int
}{
	"docker-compose": {[]string{"version", "--short"}, 2, 0}, // v1 is another program
	"promtool":       {[]string{"--version"}, 2, 53},
	"amtool":         {[]string{"--version"}, 0, 28},
}

var version = regexp.MustCompile(`([0-9]+)\.([0-9]+)`)

// find returns the path of a program, or why it can't be used.
func find(program string) (path, missing string) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", program + " not found in PATH"
	}
	o, ok := oldest[program]
	if !ok {
		return path, ""
	}
	out, _ := exec.Command(path, o.args...).CombinedOutput()
	m := version.FindSubmatch(out)
	if m == nil {
		return "", program + " doesn't report its version"
	}
	major, _ := strconv.Atoi(string(m[1]))
	minor, _ := strconv.Atoi(string(m[2]))
	if major < o.major || major == o.major && minor < o.minor {
		return "", fmt.Sprintf("%s is older than %d.%d", program, o.major, o.minor)
	}
	return path, ""
}

// Need returns the paths of programs. If one of them is missing, the test is skipped, with its name as
// the reason.
func Need(t testing.TB, programs ...string) []string {
	t.Helper()
	var paths []string
	for _, p := range programs {
		path, missing := find(p)
		if missing != "" {
			Missing(t, "%s", missing)
		}
		paths = append(paths, path)
	}
	return paths
}

// Missing skips a test because of a missing requirement. In CI, which has all requirements, that is a
// failure: a test that is never run proves nothing.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	reason := fmt.Sprintf(format, args...)
	if inCI(os.Getenv("CI")) {
		t.Fatalf("%s: required in CI", reason)
	}
	t.Skip(reason)
}

// Absent reports whether a program is missing, for sessions that skip themselves. In CI that is an
// error.
func Absent(program string) (bool, error) {
	_, missing := find(program)
	if missing != "" && inCI(os.Getenv("CI")) {
		return true, fmt.Errorf("%s: required in CI", missing)
	}
	return missing != "", nil
}

// inCI reads the variable CI, which CI systems and `make test` set.
func inCI(value string) bool { return value != "" && value != "0" && value != "false" }
