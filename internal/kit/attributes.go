package kit

import (
	"sort"
	"strings"
)

// NewAttributes creates .gitattributes for the other files of a kit. Line ends are LF in every
// checkout, because checksums count bytes. Generated files aren't merged: a merge of two of them
// corresponds to no manifest, so git keeps one and reports the conflict until the kit is built again.
// The lists of checksums are merged as text, because both sides record what omegagen wrote. Files that
// reviewers don't read are marked as generated.
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
		if a.Path == DeploySchemaPath || a.Path == DeploySchemaSQLPath {
			lines = append(lines, "/"+a.Path+" linguist-generated\n")
		}
		if !strings.HasPrefix(a.Path, DeployDir+"/") {
			text := " text eol=lf -merge\n"
			if a.Kind == Mounted { // the user's bytes
				text = " -text -merge\n"
			}
			others = append(others, attributePattern(a.Path)+text)
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

// attributePattern is a pattern of gitattributes(5) that matches one path, relative to the folder of
// the file.
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
	// Between quotes, a backslash is also an escape character of C.
	return "\"" + strings.NewReplacer("\\", "\\\\", "\"", "\\\"", "\n", "\\n", "\t", "\\t", "\r", "\\r").Replace(b.String()) + "\""
}
