//go:build unix

package main

import (
	"runtime"
	"testing"
)

func TestMaxRSSBytes(t *testing.T) {
	for goos, want := range map[string]int64{"linux": 1536 << 10, "freebsd": 1536 << 10, "darwin": 1536} {
		if got := maxRSSBytes(goos, 1536); got != want {
			t.Errorf("%s: ru_maxrss of 1536 is %d bytes, not %d", goos, got, want)
		}
	}
}

// TestPeakBytes compares with the memory that Go's runtime obtained from the system.
func TestPeakBytes(t *testing.T) {
	block := make([]byte, 64<<20)
	for i := 0; i < len(block); i += 4096 {
		block[i] = 1
	}
	if peak := peakBytes(); peak < 64<<20 || peak > 1<<40 {
		t.Errorf("a process that has touched 64 MiB has a peak of %d bytes", peak)
	}
	runtime.KeepAlive(block)
}
