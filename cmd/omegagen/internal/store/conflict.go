package store

import "bytes"

// sides gives the two versions of a file that git has left with conflict markers:
// ours and theirs. A file without them, or with markers that don't pair up, is
// its own only version.
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
