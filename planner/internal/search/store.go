package search

import "math/bits"

const (
	chunkBits = 14
	chunkSize = 1 << chunkBits
	chunkMask = chunkSize - 1
)

// packing lays out the variables of a state in 32-bit words, none across a word
// boundary.
type packing struct {
	words int
	bits  int // of all variables
	word  []int32
	shift []uint8
	mask  []uint32
}

func newPacking(t *Task) *packing {
	n := len(t.Domains)
	p := &packing{word: make([]int32, n), shift: make([]uint8, n), mask: make([]uint32, n)}
	// Wide fields first, so that narrow ones fill the gaps.
	order := make([][]int32, 33)
	for v, d := range t.Domains {
		b := bits.Len32(uint32(d - 1))
		order[b] = append(order[b], int32(v))
		p.bits += b
	}
	var free []uint8 // bits used of each word
	first := 0
	for b := 32; b >= 1; b-- {
		for _, v := range order[b] {
			w := first
			for w < len(free) && int(free[w])+b > 32 {
				w++
			}
			if w == len(free) {
				free = append(free, 0)
			}
			p.word[v], p.shift[v], p.mask[v] = int32(w), free[w], uint32(1<<b-1)
			free[w] += uint8(b)
			for first < len(free) && free[first] == 32 {
				first++
			}
		}
	}
	p.words = max(len(free), 1)
	return p
}

func (p *packing) pack(vals []int32, out []uint32) {
	clear(out)
	for v, x := range vals {
		out[p.word[v]] |= uint32(x) << p.shift[v]
	}
}

func (p *packing) unpack(in []uint32, vals []int32) {
	for v := range vals {
		vals[v] = int32(in[p.word[v]] >> p.shift[v] & p.mask[v])
	}
}

// info is the information about a stored state. g and h are stored in 32 bits;
// states whose values do not fit have an entry in store.wide.
type info struct {
	parent uint32
	op     uint32 // the top bit says closed
	g, h   uint32
}

const (
	closedBit = 1 << 31
	noParent  = ^uint32(0)
	wideMark  = ^uint32(0)     // g or h is in store.wide
	deadMark  = ^uint32(0) - 1 // h is Infinite
)

// store keeps every generated state once, with its node.
type store struct {
	p      *packing
	states [][]uint32
	infos  [][]info
	n      uint32
	table  []uint32 // open addressing; 0 is empty, else node+1
	wideG  map[uint32]int64
	wideH  map[uint32]int64
	buf    []uint32
}

func newStore(p *packing) *store {
	return &store{p: p, table: make([]uint32, 128), buf: make([]uint32, p.words)}
}

func (s *store) state(n uint32) []uint32 {
	o := int(n&chunkMask) * s.p.words
	return s.states[n>>chunkBits][o : o+s.p.words : o+s.p.words]
}

func (s *store) info(n uint32) *info { return &s.infos[n>>chunkBits][n&chunkMask] }

func hashWords(ws []uint32) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for len(ws) > 0 {
		w := uint64(ws[0])
		if len(ws) > 1 {
			w |= uint64(ws[1]) << 32
			ws = ws[1:]
		}
		ws = ws[1:]
		hi, lo := bits.Mul64(h^w, 0xa0761d6478bd642f)
		h = hi ^ lo ^ 0xe7037ed1a0b428db
	}
	hi, lo := bits.Mul64(h, 0x8ebc6af09c88c6e3)
	return hi ^ lo
}

// intern finds a state, or stores it with an empty node.
func (s *store) intern(vals []int32) (n uint32, isNew bool) {
	s.p.pack(vals, s.buf)
	mask := uint64(len(s.table) - 1)
	i := hashWords(s.buf) & mask
	for ; s.table[i] != 0; i = (i + 1) & mask {
		n = s.table[i] - 1
		st := s.state(n)
		same := true
		for k, w := range s.buf {
			if st[k] != w {
				same = false
				break
			}
		}
		if same {
			return n, false
		}
	}
	n = s.n
	s.n++
	s.table[i] = n + 1
	s.room(n)
	copy(s.state(n), s.buf)
	if uint64(s.n)*8 > uint64(len(s.table))*7 {
		s.grow()
	}
	return n, true
}

// room makes room for node n. The first chunk is small: deployments have
// thousands of parts with a few states each.
func (s *store) room(n uint32) {
	const small = 64
	k := int(n >> chunkBits)
	switch {
	case k == len(s.states):
		size := chunkSize
		if k == 0 {
			size = small
		}
		s.states = append(s.states, make([]uint32, size*s.p.words))
		s.infos = append(s.infos, make([]info, size))
	case k == 0 && int(n) == len(s.infos[0]):
		size := min(4*len(s.infos[0]), chunkSize)
		s.states[0] = append(make([]uint32, 0, size*s.p.words), s.states[0]...)[:size*s.p.words]
		s.infos[0] = append(make([]info, 0, size), s.infos[0]...)[:size]
	}
}

func (s *store) grow() {
	size := len(s.table) * 2
	s.table = nil // the old one can be freed before the new one is allocated
	s.table = make([]uint32, size)
	mask := uint64(size - 1)
	for n := range s.n {
		i := hashWords(s.state(n)) & mask
		for s.table[i] != 0 {
			i = (i + 1) & mask
		}
		s.table[i] = n + 1
	}
}

// full reports that node numbers are exhausted.
func (s *store) full() bool { return s.n > 1<<32-1<<20 }

func (s *store) g(n uint32) int64 {
	if g := s.info(n).g; g != wideMark {
		return int64(g)
	}
	return s.wideG[n]
}

func (s *store) setG(n uint32, g int64) {
	if g < int64(deadMark) {
		s.info(n).g = uint32(g)
		return
	}
	if s.wideG == nil {
		s.wideG = map[uint32]int64{}
	}
	s.info(n).g, s.wideG[n] = wideMark, g
}

func (s *store) h(n uint32) int64 {
	switch h := s.info(n).h; h {
	case deadMark:
		return Infinite
	case wideMark:
		return s.wideH[n]
	default:
		return int64(h)
	}
}

func (s *store) setH(n uint32, h int64) {
	switch {
	case h == Infinite:
		s.info(n).h = deadMark
	case h < int64(deadMark):
		s.info(n).h = uint32(h)
	default:
		if s.wideH == nil {
			s.wideH = map[uint32]int64{}
		}
		s.info(n).h, s.wideH[n] = wideMark, h
	}
}

// next is the size of the store after adding another chunk of states.
func (s *store) next() int64 {
	b := s.bytes() + chunkSize*int64(s.p.words*4+16)
	if (uint64(s.n)+chunkSize)*8 > uint64(len(s.table))*7 {
		b += int64(len(s.table)) * 4
	}
	return b
}

// bytes is the memory of the arenas and the table.
func (s *store) bytes() int64 {
	n := int64(0)
	if k := len(s.infos); k > 0 {
		n = int64(k-1)*chunkSize + int64(len(s.infos[0]))
	}
	return n*int64(s.p.words*4+16) + int64(len(s.table))*4 +
		int64(len(s.wideG)+len(s.wideH))*40
}
