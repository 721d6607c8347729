package kit

import (
	"sort"
	"strings"
)

// NewSums creates the checksums of the files of a kit that run, in the format of sha256sum: a line
// each, by path. Paths contain no line ends and no backslashes, which the renderers ensure.
func NewSums(files []Artifact) Artifact {
	var lines []string
	for _, a := range files {
		if a.Kind.Runs() {
			lines = append(lines, a.Path+"\x00"+Sum(a.Content)+"  "+a.Path+"\n")
		}
	}
	sort.Strings(lines)
	var b strings.Builder
	for _, l := range lines {
		_, line, _ := strings.Cut(l, "\x00")
		b.WriteString(line)
	}
	return Artifact{Kind: Sums, Path: SumsPath, Content: []byte(b.String())}
}

// ParseSums reads a list of checksums: the sums by path. Other lines are ignored.
func ParseSums(content []byte) map[string]string {
	out := map[string]string{}
	for _, line := range strings.Split(string(content), "\n") {
		sum, path, ok := strings.Cut(line, "  ")
		if ok && len(sum) == 64 && strings.Trim(sum, "0123456789abcdef") == "" {
			out[path] = sum
		}
	}
	return out
}
