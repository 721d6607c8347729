package search

// costQueue is a monotone priority queue of propositions: buckets while costs
// are small, a binary heap beyond. Buckets are last in, first out.
type costQueue struct {
	buckets [][]Ref
	at      int
	n       int // entries in buckets
	heap    []costEntry
}

type costEntry struct {
	c int64
	p Ref
}

const maxBuckets = 1024

func (q *costQueue) reset() {
	if q.n > 0 {
		for i := range q.buckets {
			q.buckets[i] = q.buckets[i][:0]
		}
	}
	q.at, q.n, q.heap = 0, 0, q.heap[:0]
}

func (q *costQueue) push(c int64, p Ref) {
	if c >= maxBuckets {
		q.pushHeap(c, p)
		return
	}
	for int64(len(q.buckets)) <= c {
		q.buckets = append(q.buckets, nil)
	}
	q.buckets[c] = append(q.buckets[c], p)
	q.n++
	if int(c) < q.at {
		q.at = int(c)
	}
}

func (q *costQueue) pop() (int64, Ref, bool) {
	if q.n > 0 {
		for len(q.buckets[q.at]) == 0 {
			q.at++
		}
		b := q.buckets[q.at]
		p := b[len(b)-1]
		q.buckets[q.at] = b[:len(b)-1]
		q.n--
		return int64(q.at), p, true
	}
	if len(q.heap) == 0 {
		return 0, 0, false
	}
	top := q.heap[0]
	last := len(q.heap) - 1
	e := q.heap[last]
	q.heap = q.heap[:last]
	i := 0
	for {
		c := 2*i + 1
		if c >= last {
			break
		}
		if c+1 < last && q.heap[c+1].before(q.heap[c]) {
			c++
		}
		if !q.heap[c].before(e) {
			break
		}
		q.heap[i] = q.heap[c]
		i = c
	}
	if last > 0 {
		q.heap[i] = e
	}
	return top.c, top.p, true
}

func (a costEntry) before(b costEntry) bool { return a.c < b.c || a.c == b.c && a.p < b.p }

func (q *costQueue) pushHeap(c int64, p Ref) {
	q.heap = append(q.heap, costEntry{})
	i := len(q.heap) - 1
	e := costEntry{c, p}
	for i > 0 {
		up := (i - 1) / 2
		if !e.before(q.heap[up]) {
			break
		}
		q.heap[i] = q.heap[up]
		i = up
	}
	q.heap[i] = e
}
