package store

import "bytes"

// sides returns the two versions, ours and theirs, of a file in which git left conflict markers. A
// file without markers, or with unmatched ones, has only itself as a version.
func sides(content []byte) [][]byte {
	const (
		both = iota
		ours
		base
		theirs
	)
	var out [2][]byte
	where, conflicts := both, 0
	for line := range bytes.Lines(content) {
		next := where
		switch {
		case where == both && marks(line, '<'):
			next, conflicts = ours, conflicts+1
		case where == ours && marks(line, '|'):
			next = base
		case (where == ours || where == base) && marks(line, '='):
			next = theirs
		case where == theirs && marks(line, '>'):
			next = both
		default:
			if where == both || where == ours {
				out[0] = append(out[0], line...)
			}
			if where == both || where == theirs {
				out[1] = append(out[1], line...)
			}
		}
		where = next
	}
	if conflicts == 0 || where != both {
		return [][]byte{content}
	}
	return [][]byte{out[0], out[1]}
}

// marks reports whether a line is a conflict marker: seven times c, alone or
// before a space.
func marks(line []byte, c byte) bool {
	line = bytes.TrimRight(line, "\r\n")
	return len(line) >= 7 && bytes.Count(line[:7], []byte{c}) == 7 && (len(line) == 7 || line[7] == ' ')
}
