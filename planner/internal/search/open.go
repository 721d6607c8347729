package search

// openList is a bucket queue over (f, h): least f first, then least h, then
// the node that came last. Buckets are found by index while f and h stay
// small, through a heap of keys otherwise.
type openList struct {
	base   int64        // f of rows[0]
	rows   [][][]uint32 // rows[f-base][h]
	row    int          // no row before it has an entry
	counts []int        // entries of each row
	sparse map[okey][]uint32
	keys   []okey // binary heap of the keys in sparse
	n      int64
	slots  int64 // capacity of all buckets
}

type okey struct{ f, h int64 }

func (a okey) less(b okey) bool { return a.f < b.f || a.f == b.f && a.h < b.h }

// Beyond these the index would cost more memory than it saves time.
const maxRows, maxCols = 1 << 14, 1 << 12

func (o *openList) push(f, h int64, n uint32) {
	if o.sparse == nil {
		if o.n == 0 && len(o.rows) == 0 {
			o.base = f
		}
		if f >= o.base && f-o.base < maxRows && h < maxCols {
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
	for len(row) <= h {
		row = append(row, nil)
	}
	before := cap(row[h])
	row[h] = append(row[h], n)
	o.slots += int64(cap(row[h]) - before)
	o.rows[r] = row
	o.counts[r]++
	o.n++
	o.row = min(o.row, r)
}

func (o *openList) pushSparse(k okey, n uint32) {
	b, ok := o.sparse[k]
	if !ok {
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
	before := cap(b)
	b = append(b, n)
	o.slots += int64(cap(b) - before)
	o.sparse[k] = b
	o.n++
}

func (o *openList) toSparse() {
	rows, base := o.rows, o.base
	*o = openList{sparse: map[okey][]uint32{}}
	for r, row := range rows {
		for h, b := range row {
			for _, n := range b {
				o.pushSparse(okey{base + int64(r), int64(h)}, n)
			}
		}
	}
}

// pop takes the best entry with the key that it was pushed under.
func (o *openList) pop() (f, h int64, n uint32, ok bool) {
	if o.n == 0 {
		return 0, 0, 0, false
	}
	o.n--
	if o.sparse != nil {
		k := o.keys[0]
		b := o.sparse[k]
		n = b[len(b)-1]
		if b = b[:len(b)-1]; len(b) > 0 {
			o.sparse[k] = b
		} else {
			o.slots -= int64(cap(b))
			delete(o.sparse, k)
			o.popKey()
		}
		return k.f, k.h, n, true
	}
	for o.counts[o.row] == 0 {
		o.rows[o.row] = nil
		o.row++
	}
	row := o.rows[o.row]
	for i := range row {
		b := row[i]
		if len(b) == 0 {
			continue
		}
		n = b[len(b)-1]
		if row[i] = b[:len(b)-1]; len(b) == 1 {
			o.slots -= int64(cap(b))
			row[i] = nil
		}
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

func (o *openList) bytes() int64 { return o.slots*4 + int64(len(o.keys))*16 }
