package kit

import (
	"sort"
	"strings"
)

// NewAttributes makes .gitattributes for the other files of a kit. Lines end in
// LF wherever they are checked out, for a checksum counts bytes. Files that are
// generated from the manifest aren't merged: a merge of two of them is what no
// manifest says, so git keeps one and reports the conflict, until the kit is
// built again. The lists of checksums are merged as text, for both sides of them
// tell what omegagen wrote. What no reviewer reads is marked as generated.
func NewAttributes(system string, files []Artifact) Artifact {
	lines := []string{
		"/" + DeployDir + "/** text eol=lf -merge\n",
		"/" + DeployRuntimePath + " linguist-generated\n",
		"/" + SumsPath + " merge linguist-generated\n",
		"/" + GitAttributesPath + " text eol=lf\n",
		"/" + LockPath + " text eol=lf linguist-generated\n",
	}
	var others []string
	for _, a := range files {
		if !strings.HasPrefix(a.Path, DeployDir+"/") {
			others = append(others, attributePattern(a.Path)+" text eol=lf -merge\n")
		}
	}
	sort.Strings(others)
	content := "# " + Header(strings.Map(oneLine, system)) + "\n" + strings.Join(lines, "") + strings.Join(others, "")
	return Artifact{Kind: GitAttributes, Path: GitAttributesPath, Content: []byte(content)}
}

func oneLine(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// attributePattern is a pattern of gitattributes(5) that matches one path, seen
// from the folder of the file.
func attributePattern(path string) string {
	var b strings.Builder
	plain := true
	for _, c := range []byte("/" + path) {
		switch c {
		case '*', '?', '[', ']', '\\':
			b.WriteByte('\\')
		}
		if c <= ' ' || c == '"' || c == '\\' || c == 0x7f {
			plain = false
		}
		b.WriteByte(c)
	}
	if plain {
		return b.String()
	}
	// Between quotes, a backslash is an escape of C once more.
	return "\"" + strings.NewReplacer("\\", "\\\\", "\"", "\\\"", "\n", "\\n", "\t", "\\t", "\r", "\\r").Replace(b.String()) + "\""
}
