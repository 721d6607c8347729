//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakBytes is the most memory that this process has had so far; 0 where the
// system doesn't say.
func peakBytes() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return maxRSSBytes(runtime.GOOS, int64(u.Maxrss))
}

// maxRSSBytes gives ru_maxrss in bytes: macOS counts it in bytes, the other
// systems in KiB.
func maxRSSBytes(goos string, maxrss int64) int64 {
	if goos == "darwin" || goos == "ios" {
		return maxrss
	}
	return maxrss * 1024
}
