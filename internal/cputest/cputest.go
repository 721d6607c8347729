// Package cputest measures tests by the processor time of their own process. On a machine
// that is busy with other things a clock says nothing of a program; this does.
package cputest

import (
	"runtime"
	"testing"
	"time"
)

// Of is the least time of two runs of f.
func Of(t testing.TB, f func()) time.Duration {
	t.Helper()
	var best time.Duration
	for i := range 2 {
		runtime.GC()
		start := Time(t)
		f()
		if used := Time(t) - start; i == 0 || used < best {
			best = used
		}
	}
	return best
}

// Linear demands that work on a size takes time in proportion to it: n is a size, and
// work does it for a size. The garbage collector and the clock's steps are allowed for: four
// times as much may take ten times as long, and a tenth of a second.
func Linear(t testing.TB, n int, work func(n int)) {
	t.Helper()
	small := Of(t, func() { work(n) })
	large := Of(t, func() { work(4 * n) })
	t.Logf("%d: %s, %d: %s", n, small, 4*n, large)
	if large > 10*small+100*time.Millisecond {
		t.Errorf("four times as much took %.1f times as long: %s and %s", float64(large)/float64(max(small, 1)), small, large)
	}
}
