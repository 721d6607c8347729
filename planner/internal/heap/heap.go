// Package heap is a generic priority queue.
package heap

// Heap returns its items in an order, the first one first. Ties are broken in
// an unspecified but deterministic way.
type Heap[T any] struct {
	before func(a, b T) bool
	items  []T
}

// New returns an empty heap; before is a strict order.
func New[T any](before func(a, b T) bool) *Heap[T] { return &Heap[T]{before: before} }

// Len is the number of items.
func (h *Heap[T]) Len() int { return len(h.items) }

// First is the item that Pop would return. The heap must not be empty.
func (h *Heap[T]) First() T { return h.items[0] }

// Push adds an item.
func (h *Heap[T]) Push(x T) {
	h.items = append(h.items, x)
	for i := len(h.items) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h.before(h.items[i], h.items[parent]) {
			return
		}
		h.items[i], h.items[parent] = h.items[parent], h.items[i]
		i = parent
	}
}

// Pop removes the first item. The heap must not be empty.
func (h *Heap[T]) Pop() T {
	first, last := h.items[0], len(h.items)-1
	h.items[0] = h.items[last]
	var none T
	h.items[last] = none // so that its references can be freed
	h.items = h.items[:last]
	for i := 0; ; {
		least := 2*i + 1
		if least >= last {
			return first
		}
		if least+1 < last && h.before(h.items[least+1], h.items[least]) {
			least++
		}
		if !h.before(h.items[least], h.items[i]) {
			return first
		}
		h.items[i], h.items[least] = h.items[least], h.items[i]
		i = least
	}
}
