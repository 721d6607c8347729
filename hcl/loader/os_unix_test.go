//go:build unix

package loader_test

import (
	"syscall"
	"testing"
	"time"
)

// makePipe makes a named pipe.
func makePipe(name string) error { return syscall.Mkfifo(name, 0o644) }

// cpuTime is what this process has used so far: other processes don't count.
func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
