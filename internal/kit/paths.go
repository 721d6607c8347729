package kit

import "sort"

// Paths are unique file paths in byte order. A lookup takes logarithmic time.
type Paths []string

// In returns the file of that path and those in the folder of that path, in order; "." is the folder
// of all.
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
