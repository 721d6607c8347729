package search

// openList is a bucket queue over (f, h): least f first, then least h, then
// last in, first out. Buckets are found by index while f and h are small,
// otherwise through a heap of keys.
type openList struct {
	base   int64      // f of rows[0]
	rows   [][]bucket // rows[f-base][h]
	row    int        // all rows before it are empty
	counts []int      // entries of each row
	cells  int64      // in all rows
	sparse map[okey]*bucket
	keys   []okey // binary heap of the keys in sparse
	n      int64
	slots  int64 // capacity of all buckets
}

type okey struct{ f, h int64 }

func (a okey) less(b okey) bool { return a.f < b.f || a.f == b.f && a.h < b.h }

// Beyond these, the index would cost more memory than it saves time.
const maxRows, maxCols, maxCells = 1 << 14, 1 << 12, 1 << 18

// bucket is a stack of nodes in chunks, so that a large one grows without
// being copied.
type bucket struct {
	full [][]uint32
	top  []uint32
}

const bucketChunk = 1024

// push adds n and returns the increase of the capacity.
func (b *bucket) push(n uint32) int64 {
	before := cap(b.top)
	if len(b.top) == bucketChunk {
		b.full = append(b.full, b.top)
		b.top, before = make([]uint32, 0, bucketChunk), 0
	}
	b.top = append(b.top, n)
	return int64(cap(b.top) - before)
}

// pop removes the last node and returns the decrease of the capacity.
func (b *bucket) pop() (n uint32, freed int64) {
	last := len(b.top) - 1
	n = b.top[last]
	b.top = b.top[:last]
	if last == 0 {
		freed = int64(cap(b.top))
		b.top = nil
		if k := len(b.full) - 1; k >= 0 {
			b.top, b.full = b.full[k], b.full[:k]
		}
	}
	return n, freed
}

func (b *bucket) empty() bool { return len(b.top) == 0 }

func (o *openList) push(f, h int64, n uint32) {
	if o.sparse == nil {
		if o.n == 0 && len(o.rows) == 0 {
			o.base = f
		}
		if f >= o.base && f-o.base < maxRows && h < maxCols && o.cells < maxCells {
			o.pushDense(int(f-o.base), int(h), n)
			return
		}
		o.toSparse()
	}
	o.pushSparse(okey{f, h}, n)
}

func (o *openList) pushDense(r, h int, n uint32) {
	for len(o.rows) <= r {
		o.rows = append(o.rows, nil)
		o.counts = append(o.counts, 0)
	}
	row := o.rows[r]
	if len(row) <= h {
		o.cells += int64(h + 1 - len(row))
		row = append(row, make([]bucket, h+1-len(row))...)
	}
	o.slots += row[h].push(n)
	o.rows[r] = row
	o.counts[r]++
	o.n++
	o.row = min(o.row, r)
}

func (o *openList) pushSparse(k okey, n uint32) {
	b := o.sparse[k]
	if b == nil {
		b = &bucket{}
		o.sparse[k] = b
		o.keys = append(o.keys, k)
		for i := len(o.keys) - 1; i > 0; {
			p := (i - 1) / 2
			if !o.keys[i].less(o.keys[p]) {
				break
			}
			o.keys[i], o.keys[p] = o.keys[p], o.keys[i]
			i = p
		}
	}
	o.slots += b.push(n)
	o.n++
}

func (o *openList) toSparse() {
	rows, base := o.rows, o.base
	*o = openList{sparse: map[okey]*bucket{}}
	for r, row := range rows {
		for h := range row {
			b := &row[h]
			for _, c := range append(b.full, b.top) {
				for _, n := range c {
					o.pushSparse(okey{base + int64(r), int64(h)}, n)
				}
			}
			*b = bucket{}
		}
	}
}

// pop removes the best entry with the key that it was pushed under.
func (o *openList) pop() (f, h int64, n uint32, ok bool) {
	if o.n == 0 {
		return 0, 0, 0, false
	}
	o.n--
	if o.sparse != nil {
		k := o.keys[0]
		b := o.sparse[k]
		n, freed := b.pop()
		o.slots -= freed
		if b.empty() {
			delete(o.sparse, k)
			o.popKey()
		}
		return k.f, k.h, n, true
	}
	for o.counts[o.row] == 0 {
		o.cells -= int64(len(o.rows[o.row]))
		o.rows[o.row] = nil
		o.row++
	}
	row := o.rows[o.row]
	for i := range row {
		if row[i].empty() {
			continue
		}
		n, freed := row[i].pop()
		o.slots -= freed
		o.counts[o.row]--
		return o.base + int64(o.row), int64(i), n, true
	}
	panic("search: a row of the open list lost an entry")
}

func (o *openList) popKey() {
	last := len(o.keys) - 1
	o.keys[0] = o.keys[last]
	o.keys = o.keys[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			return
		}
		if c+1 < last && o.keys[c+1].less(o.keys[c]) {
			c++
		}
		if !o.keys[c].less(o.keys[i]) {
			return
		}
		o.keys[i], o.keys[c] = o.keys[c], o.keys[i]
		i = c
	}
}

func (o *openList) bytes() int64 { return o.slots*4 + o.cells*48 + int64(len(o.keys))*128 }
