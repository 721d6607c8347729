// Package cputest measures tests by the CPU time of their own process. On a busy machine, wall-clock
// time is meaningless.
package cputest

import (
	"runtime"
	"testing"
	"time"
)

// Of is the shorter time of two runs of f.
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

// Linear checks that work takes time linear in its size: n is a size, and work is called with sizes.
// The garbage collector and the clock's resolution are allowed for: four times the size may take ten
// times as long, and a tenth of a second.
func Linear(t testing.TB, n int, work func(n int)) {
	t.Helper()
	small := Of(t, func() { work(n) })
	large := Of(t, func() { work(4 * n) })
	t.Logf("%d: %s, %d: %s", n, small, 4*n, large)
	if large > 10*small+100*time.Millisecond {
		t.Errorf("four times the input took %.1f times as long: %s and %s", float64(large)/float64(max(small, 1)), small, large)
	}
}
