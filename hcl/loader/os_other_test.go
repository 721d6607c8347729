//go:build !unix

package loader_test

import (
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// makePipe makes nothing: this system has no named pipes in folders.
func makePipe(string) error { return nil }

// cpuTime skips the test, but in CI: the time that a process used is read on
// Unix alone.
func cpuTime(t *testing.T) time.Duration {
	tooltest.Missing(t, "this system has no getrusage")
	return 0
}
