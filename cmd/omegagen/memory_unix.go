//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakBytes is the peak memory of this process so far; 0 if the system doesn't report it.
func peakBytes() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return maxRSSBytes(runtime.GOOS, int64(u.Maxrss))
}

// maxRSSBytes returns ru_maxrss in bytes: macOS reports bytes, the other systems KiB.
func maxRSSBytes(goos string, maxrss int64) int64 {
	if goos == "darwin" || goos == "ios" {
		return maxrss
	}
	return maxrss * 1024
}
