package cputest

import (
	"testing"
)

// recorder is a test that records whether it failed.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }

// spin uses the CPU for n steps.
func spin(n int) {
	x := uint64(1)
	for range n {
		x = x*6364136223846793005 + 1442695040888963407
	}
	sink = x
}

var sink uint64

func TestLinear(t *testing.T) {
	linear, square := &recorder{TB: t}, &recorder{TB: t}
	Linear(linear, 5, func(n int) { spin(n * 3_000_000) })
	Linear(square, 5, func(n int) { spin(n * n * 1_500_000) })
	if linear.failed || !square.failed {
		t.Errorf("linear work: failed %v, quadratic work: failed %v", linear.failed, square.failed)
	}
}
