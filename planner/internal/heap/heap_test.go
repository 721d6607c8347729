package heap_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/planner/internal/heap"
)

// A heap returns the same order as a sorted list, after any mix of pushes and
// pops.
func TestHeapIsASortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := heap.New(func(a, b int) bool { return a < b })
		var sorted []int
		for _, x := range rapid.SliceOfN(rapid.IntRange(-9, 9), 0, 60).Draw(t, "pushes; below zero: pops") {
			if x >= 0 {
				h.Push(x)
				at, _ := slices.BinarySearch(sorted, x)
				sorted = slices.Insert(sorted, at, x)
			} else if len(sorted) > 0 {
				if first, got := h.First(), h.Pop(); first != sorted[0] || got != sorted[0] {
					t.Fatalf("first %d, popped %d, want %d", first, got, sorted[0])
				}
				sorted = sorted[1:]
			}
			if h.Len() != len(sorted) {
				t.Fatalf("%d items, want %d", h.Len(), len(sorted))
			}
		}
		for _, want := range sorted {
			if got := h.Pop(); got != want {
				t.Fatalf("popped %d, want %d", got, want)
			}
		}
	})
}
