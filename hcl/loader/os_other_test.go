//go:build !unix

package loader_test

import (
	"os"
	"testing"
	"time"
)

// makePipe makes nothing: this system has no named pipes in folders.
func makePipe(string) error { return nil }

// cpuTime skips the test, but in CI: the time that a process used is read on
// Unix alone.
func cpuTime(t *testing.T) time.Duration {
	if os.Getenv("CI") != "" {
		t.Fatal("needs getrusage")
	}
	t.Skip("needs getrusage")
	return 0
}
