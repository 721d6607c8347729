//go:build !unix

package cputest

import (
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// Time skips the test: only Unix reports the CPU time of a process.
func Time(t testing.TB) time.Duration {
	t.Helper()
	tooltest.Missing(t, "getrusage is not supported on this system")
	return 0
}
