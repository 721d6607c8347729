//go:build !unix

package loader_test

import (
	"testing"
	"time"
)

// makePipe makes nothing: this system has no named pipes in folders.
func makePipe(string) error { return nil }

// cpuTime skips the test: the time that a process used is read on Unix alone.
func cpuTime(t *testing.T) time.Duration {
	t.Skip("needs getrusage")
	return 0
}
