//go:build !unix

package cputest

import (
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// Time skips the test: the time that a process used is read on Unix alone.
func Time(t testing.TB) time.Duration {
	t.Helper()
	tooltest.Missing(t, "this system has no getrusage")
	return 0
}
