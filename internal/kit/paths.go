package kit

import "sort"

// Paths are files' paths, each once and in byte order. Looking one up takes a
// time that grows with the logarithm of their number.
type Paths []string

// In gives the file of that path and those in the folder of that path, in
// order; "." is the folder of all.
func (p Paths) In(path string) []string {
	if path == "." {
		return p
	}
	var out []string
	if i := sort.SearchStrings(p, path); i < len(p) && p[i] == path {
		out = append(out, path)
	}
	// The byte after "/" is "0".
	return append(out, p[sort.SearchStrings(p, path+"/"):sort.SearchStrings(p, path+"0")]...)
}
