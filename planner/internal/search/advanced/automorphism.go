package advanced

import (
	"maps"
	"slices"
)

// generators searches for automorphisms, within counted work: for each vertex
// of a variable, and then of a fact, one that maps it to another vertex that is
// indistinguishable from it and that none found so far leads to. Each is a map
// of the vertices that it moves.
func (g *taskGraph) generators(work int, stop func() bool) []map[int32]int32 {
	g.work, g.stop = work, stop
	base := g.newPartition()
	if !base.refine(nil) {
		return nil
	}
	var out []map[int32]int32
	orbit := make([]int32, g.n)
	for v := range orbit {
		orbit[v] = int32(v)
	}
	find := func(v int32) int32 {
		for orbit[v] != v {
			orbit[v] = orbit[orbit[v]]
			v = orbit[v]
		}
		return v
	}
	const tries = 3
	for _, span := range [2][2]int32{{g.facts, g.facts + int32(len(g.t.Domains))}, {0, g.facts}} {
		cells := map[int32][]int32{} // cell → first vertices of its orbits, last one last
		for v := span[0]; v < span[1]; v++ {
			c := base.cell[v]
			firsts := cells[c]
			known := false
			for k := len(firsts) - 1; k >= max(0, len(firsts)-tries) && !known; k-- {
				if find(firsts[k]) == find(v) {
					known = true
					break
				}
				auto := base.mapping(firsts[k], v)
				if g.work <= 0 || stop != nil && stop() {
					return out
				}
				if auto == nil {
					continue
				}
				known = true
				out = append(out, auto)
				for x, y := range auto {
					orbit[find(x)] = find(y)
				}
				if len(out) == maxGenerators {
					return out
				}
			}
			if known { // neighbors in an orbit are mapped to each other: few move
				for k := range firsts {
					if find(firsts[k]) == find(v) {
						firsts[k] = v
					}
				}
			} else {
				firsts = append(firsts, v)
			}
			cells[c] = firsts
		}
	}
	return out
}

// partition divides two copies of the graph into cells of indistinguishable
// vertices: vertex v of the first copy is v, of the second v+n. Each cell has
// equally many of both.
type partition struct {
	g     *taskGraph
	order []int32 // vertices, cell by cell
	pos   []int32
	cell  []int32 // of each vertex: where its cell begins in order
	size  []int32 // of the cell that begins there
	count []int32 // scratch, all 0
}

func (g *taskGraph) newPartition() *partition {
	n := 2 * g.n
	p := &partition{g: g, order: make([]int32, n), pos: make([]int32, n), cell: make([]int32, n), size: make([]int32, n), count: make([]int32, n)}
	for i := range p.order {
		p.order[i] = int32(i)
	}
	slices.SortStableFunc(p.order, func(a, b int32) int {
		switch x, y := g.colour[a%g.n], g.colour[b%g.n]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	begin := int32(0)
	for i, v := range p.order {
		if g.colour[v%g.n] != g.colour[p.order[begin]%g.n] {
			begin = int32(i)
		}
		p.pos[v], p.cell[v] = int32(i), begin
		p.size[begin]++
	}
	return p
}

func (p *partition) clone() *partition {
	return &partition{g: p.g, order: slices.Clone(p.order), pos: slices.Clone(p.pos), cell: slices.Clone(p.cell), size: slices.Clone(p.size), count: p.count}
}

// refine distinguishes vertices by how many neighbors they have in each cell,
// until nothing changes. It begins with the cells in queue (nil: all), and
// returns false if the copies differ, or the work limit is reached.
func (p *partition) refine(queue []int32) bool {
	n := p.g.n
	if queue == nil {
		for i := int32(0); i < 2*n; i += p.size[i] {
			queue = append(queue, i)
		}
	}
	queued := map[int32]bool{}
	for _, c := range queue {
		queued[c] = true
	}
	var touched, cells []int32
	for len(queue) > 0 {
		c := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		delete(queued, c)
		touched, cells = touched[:0], cells[:0]
		for _, v := range p.order[c : c+p.size[c]] {
			second := v / n * n
			list := p.g.adjacent(v - second)
			p.g.work -= len(list)
			for _, w := range list {
				w += second
				if p.count[w] == 0 {
					touched = append(touched, w)
				}
				p.count[w]++
			}
		}
		for _, w := range touched {
			cells = append(cells, p.cell[w])
		}
		slices.Sort(cells)
		cells = slices.Compact(cells)
		same := p.g.work > 0
		for _, d := range cells {
			var ok bool
			if queue, ok = p.split(d, queue, queued); !ok {
				same = false
				break
			}
		}
		for _, w := range touched {
			p.count[w] = 0
		}
		if !same {
			return false
		}
	}
	return true
}

// split divides a cell by its vertices' counts, and queues the parts except a
// largest one, which adds no information unless the cell itself is queued.
func (p *partition) split(d int32, queue []int32, queued map[int32]bool) ([]int32, bool) {
	list := p.order[d : d+p.size[d]]
	p.g.work -= len(list)
	first := p.count[list[0]]
	if !slices.ContainsFunc(list, func(v int32) bool { return p.count[v] != first }) {
		return queue, true
	}
	slices.SortFunc(list, func(a, b int32) int {
		if p.count[a] != p.count[b] {
			return int(p.count[a] - p.count[b])
		}
		return int(a - b)
	})
	var parts []int32
	largest := d
	for i := int32(0); i < int32(len(list)); {
		j, balance := i, 0
		for ; j < int32(len(list)) && p.count[list[j]] == p.count[list[i]]; j++ {
			if list[j] < p.g.n {
				balance++
			} else {
				balance--
			}
			p.pos[list[j]], p.cell[list[j]] = d+j, d+i
		}
		if balance != 0 {
			return queue, false
		}
		p.size[d+i] = j - i
		parts = append(parts, d+i)
		if p.size[d+i] > p.size[largest] {
			largest = d + i
		}
		i = j
	}
	whole := queued[d]
	for _, c := range parts {
		if !queued[c] && (whole || c != largest) {
			queued[c] = true
			queue = append(queue, c)
		}
	}
	return queue, true
}

// single puts v of the first copy and w of the second into their own cell.
func (p *partition) single(v, w int32) bool {
	w += p.g.n
	c := p.cell[v]
	if p.cell[w] != c {
		return false
	}
	if p.size[c] == 2 {
		return true
	}
	for i, x := range [2]int32{v, w} {
		at := c + int32(i)
		other := p.order[at]
		p.order[at], p.order[p.pos[x]] = x, other
		p.pos[other], p.pos[x] = p.pos[x], at
	}
	rest := c + 2
	p.size[rest], p.size[c] = p.size[c]-2, 2
	for _, x := range p.order[rest : rest+p.size[rest]] {
		p.cell[x] = rest
	}
	return p.refine([]int32{c})
}

// mapping searches for an automorphism that maps v to w and moves little; nil
// if none is found.
func (base *partition) mapping(v, w int32) map[int32]int32 {
	if base.cell[v] != base.cell[w] {
		return nil
	}
	p := base.clone()
	p.g.work -= int(2 * p.g.n)
	if !p.single(v, w) {
		return nil
	}
	for {
		auto, open, candidates := p.read()
		if open < 0 && p.g.automorphism(auto) {
			return auto
		}
		// What can stay in place is settled first: what depends on it then moves with
		// little else.
		if v := p.undecided(); v >= 0 {
			open, candidates = v, append([]int32{v}, p.images(p.cell[v])...)
		} else if open < 0 {
			return nil
		}
		found := false
		for _, c := range candidates {
			q := p.clone()
			if p.g.work -= int(2 * p.g.n); q.single(open, c) {
				p, found = q, true
				break
			}
			if p.g.work <= 0 {
				return nil
			}
		}
		if !found {
			return nil
		}
	}
}

// read interprets the partition as a mapping: a vertex alone in its cell has
// one image; each of the others stays in place, or goes where its image comes
// from. A vertex for which neither is possible is open, with images to try.
func (p *partition) read() (auto map[int32]int32, open int32, candidates []int32) {
	n := p.g.n
	auto = map[int32]int32{}
	back := map[int32]int32{}
	for c := int32(0); c < 2*n; c += p.size[c] {
		if p.size[c] == 2 {
			v, w := p.order[c], p.order[c+1]
			if v > w {
				v, w = w, v
			}
			if w -= n; v != w {
				auto[v], back[w] = w, v
			}
		}
	}
	for c := int32(0); c < 2*n; c += p.size[c] {
		if p.size[c] == 2 {
			continue
		}
		for _, v := range p.order[c : c+p.size[c]] {
			if v >= n || p.cell[v+n] == c {
				continue
			}
			if x, ok := back[v]; ok && p.cell[x+n] == c {
				auto[v] = x
				continue
			}
			return nil, v, p.images(c)
		}
	}
	return auto, -1, nil
}

// images are a few vertices of the second copy in a cell.
func (p *partition) images(c int32) (out []int32) {
	for _, w := range p.order[c : c+p.size[c]] {
		if w >= p.g.n && len(out) < 3 {
			out = append(out, w-p.g.n)
		}
	}
	return out
}

// undecided is a vertex that may stay in place, but is not alone in its cell;
// preferably a variable's. It is -1 if there is none.
func (p *partition) undecided() int32 {
	n, other := p.g.n, int32(-1)
	for c := int32(0); c < 2*n; c += p.size[c] {
		if p.size[c] == 2 {
			continue
		}
		for _, v := range p.order[c : c+p.size[c]] {
			if v >= n || p.cell[v+n] != c {
				continue
			}
			if p.g.colour[v]%colours == varColour {
				return v
			}
			if other < 0 {
				other = v
			}
		}
	}
	return other
}

// automorphism checks a mapping of the vertices that it moves: one to one, of
// one color, neighbors to neighbors.
func (g *taskGraph) automorphism(auto map[int32]int32) bool {
	images := make(map[int32]bool, len(auto))
	for v, w := range auto {
		if images[w] || g.colour[v] != g.colour[w] {
			return false
		}
		if _, moves := auto[w]; !moves {
			return false
		}
		images[w] = true
	}
	var list []int32
	for _, v := range slices.Sorted(maps.Keys(auto)) { // in order, because the work is counted
		w := auto[v]
		list = list[:0]
		for _, x := range g.adjacent(v) {
			if y, ok := auto[x]; ok {
				x = y
			}
			list = append(list, x)
		}
		slices.Sort(list)
		g.work -= len(list)
		if !slices.Equal(list, g.adjacent(w)) {
			return false
		}
	}
	return len(auto) > 0
}
