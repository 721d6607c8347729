package schedule

// reduceBlock is the number of columns of the ancestor matrix in memory at a
// time, so that memory stays linear in the number of steps.
const reduceBlock = 4096

// reduce is the transitive reduction of an order over steps that are numbered
// in topological order.
func reduce(preds [][]int) [][]int {
	n := len(preds)
	out := make([][]int, n)
	const words = reduceBlock / 64
	anc := make([]uint64, n*min(words, (n+63)/64))
	w := min(words, (n+63)/64)
	for lo := 0; lo < n; lo += reduceBlock {
		hi := min(n, lo+reduceBlock)
		clear(anc)
		for i := lo; i < n; i++ {
			row := anc[i*w : (i+1)*w]
			for _, p := range preds[i] {
				if p < lo {
					continue
				}
				for k, x := range anc[p*w : (p+1)*w] {
					row[k] |= x
				}
			}
			for _, p := range preds[i] {
				if p >= lo && p < hi && row[(p-lo)/64]>>((p-lo)%64)&1 == 0 {
					out[i] = append(out[i], p)
				}
			}
			for _, p := range preds[i] {
				if p >= lo && p < hi {
					row[(p-lo)/64] |= 1 << ((p - lo) % 64)
				}
			}
		}
	}
	return out
}
