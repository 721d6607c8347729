package main

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A field is an example in which mistakes are sown.
type field struct {
	name  string
	files fstest.MapFS
	spots []*spot
	count map[string]int // of words
}

// spot is a block or, with attr, an argument, with the blocks around it from the top.
type spot struct {
	field *field
	file  string
	src   []byte
	path  []*hclsyntax.Block
	attr  *hclsyntax.Attribute
}

// newField parses an example.
func newField(t testing.TB, name string) *field {
	f := &field{name: name, files: exampleFS(t, name), count: map[string]int{}}
	var names []string
	for n := range f.files {
		if strings.HasSuffix(n, ".hcl") && !strings.Contains(n, "/") {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for _, n := range names {
		src := f.files[n].Data
		parsed, diags := hclsyntax.ParseConfig(src, n, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
			f.walk(n, src, []*hclsyntax.Block{b})
		}
	}
	return f
}

func (f *field) walk(file string, src []byte, path []*hclsyntax.Block) {
	f.spots = append(f.spots, &spot{f, file, src, path, nil})
	b := path[len(path)-1]
	var attrs []*hclsyntax.Attribute
	for _, a := range b.Body.Attributes {
		attrs = append(attrs, a)
	}
	sort.Slice(attrs, func(i, j int) bool { return attrs[i].SrcRange.Start.Byte < attrs[j].SrcRange.Start.Byte })
	for _, a := range attrs {
		f.spots = append(f.spots, &spot{f, file, src, path, a})
	}
	for _, sub := range b.Body.Blocks {
		f.walk(file, src, append(path[:len(path):len(path)], sub))
	}
}

// mentions counts a word in the files.
func (f *field) mentions(word string) (n int) {
	if n, ok := f.count[word]; ok {
		return n
	}
	defer func() { f.count[word] = n }()
	re := regexp.MustCompile(`\b` + regexp.QuoteMeta(word) + `\b`)
	for name, file := range f.files {
		if strings.HasSuffix(name, ".hcl") {
			n += len(re.FindAll(file.Data, -1))
		}
	}
	return n
}

func (s *spot) top() string { return s.path[0].Type }

func (s *spot) block() *hclsyntax.Block { return s.path[len(s.path)-1] }

// in is the path of block types: service/port.
func (s *spot) in() string {
	var out []string
	for _, b := range s.path {
		out = append(out, b.Type)
	}
	return strings.Join(out, "/")
}

// name is the argument; "" for a block.
func (s *spot) name() string {
	if s.attr == nil {
		return ""
	}
	return s.attr.Name
}

// value is the source of the argument's expression.
func (s *spot) value() string {
	r := s.attr.Expr.Range()
	return string(s.src[r.Start.Byte:r.End.Byte])
}

// label of the top block.
func (s *spot) label() string {
	if len(s.path[0].Labels) > 0 {
		return s.path[0].Labels[0]
	}
	return ""
}

// knowledge is what a compiler can know of a mistake.
type knowledge string

const (
	fromManifest knowledge = "manifest" // the manifest contradicts itself, or the language
	fromFacts    knowledge = "facts"    // facts of a product contradict it
	unknowable   knowledge = "not"      // nothing that a compiler reads does
)

// mistake is one change of a file.
type mistake struct {
	kind    *kind
	at      *spot
	from    int // bytes of the file that the text replaces
	to      int
	text    string
	verdict knowledge
	why     string   // if it is unknowable
	names   []string // lines with them are right places too
	around  bool     // and so is any line of the block: its arguments contradict each other
}

// replace makes a mistake of the bytes from…to.
func (s *spot) replace(from, to int, text string, v knowledge) *mistake {
	return &mistake{at: s, from: from, to: to, text: text, verdict: v}
}

// sub makes a mistake of each match of a pattern in an argument's expression: the first group, or all of it, is
// replaced by what with gives; "" is none.
func (s *spot) sub(pattern *regexp.Regexp, v knowledge, with func(string) string) (out []*mistake) {
	base := s.attr.Expr.Range().Start.Byte
	for _, m := range pattern.FindAllStringSubmatchIndex(s.value(), -1) {
		i, j := m[0], m[1]
		if len(m) > 2 {
			i, j = m[2], m[3]
		}
		if i < 0 {
			continue
		}
		was := s.value()[i:j]
		if now := with(was); now != "" && now != was {
			if now == "\x00" {
				now = ""
			}
			out = append(out, s.replace(base+i, base+j, now, v))
		}
	}
	return out
}

// nothing is the text that removes a match.
const nothing = "\x00"

func (m *mistake) unknown(why string) *mistake {
	m.verdict, m.why = unknowable, why
	return m
}

func (m *mistake) inBlock() *mistake {
	m.around = true
	return m
}

func (m *mistake) near(names ...string) *mistake {
	m.names = append(m.names, names...)
	return m
}

// line removes an argument or a block with its lines.
func (s *spot) drop(v knowledge) *mistake {
	r := s.block().Range()
	if s.attr != nil {
		r = s.attr.SrcRange
	}
	from := bytes.LastIndexByte(s.src[:r.Start.Byte], '\n') + 1
	to := r.End.Byte
	if i := bytes.IndexByte(s.src[to:], '\n'); i >= 0 {
		to += i + 1
	}
	return s.replace(from, to, "", v)
}

// sown is the file with the mistake, and what the lines of a report can be.
func (m *mistake) sown() (files fstest.MapFS, right func(hcl.Range) bool) {
	src := m.at.src
	out := append(append(append([]byte{}, src[:m.from]...), m.text...), src[m.to:]...)
	files = fstest.MapFS{}
	for n, f := range m.at.field.files {
		files[n] = f
	}
	files[m.at.file] = &fstest.MapFile{Data: out, Mode: 0o644}
	first := 1 + bytes.Count(src[:m.from], []byte("\n"))
	last := first + strings.Count(strings.TrimSuffix(m.text, "\n"), "\n")
	heads := map[int]bool{}
	if m.at.attr != nil {
		heads[m.at.attr.SrcRange.Start.Line] = true
	}
	for _, b := range m.at.path {
		if m.at.attr == nil && b == m.at.block() || m.text == "" {
			heads[b.DefRange().Start.Line] = true
		}
	}
	if m.around {
		for l := m.at.block().DefRange().Start.Line; l <= m.at.block().Body.SrcRange.End.Line; l++ {
			heads[l] = true
		}
		heads[m.at.path[0].DefRange().Start.Line] = true
	}
	return files, func(r hcl.Range) bool {
		if r.Filename == "example/"+m.at.file || r.Filename == m.at.file {
			if r.Start.Line <= last && r.End.Line >= first || heads[r.Start.Line] {
				return true
			}
		}
		f := files[strings.TrimPrefix(r.Filename, "example/")]
		if f == nil || len(m.names) == 0 {
			return false
		}
		lines := strings.Split(string(f.Data), "\n")
		for l := r.Start.Line; l <= min(r.End.Line, len(lines)) && l > 0; l++ {
			for _, n := range m.names {
				if containsWord(lines[l-1], n) {
					return true
				}
			}
		}
		return false
	}
}

func containsWord(line, word string) bool {
	return regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(word) + `($|\W)`).MatchString(line)
}

// typo is a slip of the fingers in a word: two letters swapped, one missing or doubled.
func typo(r *rand.Rand, word string) string {
	var at []int
	for i := 1; i+1 < len(word); i++ {
		if letter(word[i]) && letter(word[i+1]) && word[i] != word[i+1] {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return ""
	}
	i := at[r.IntN(len(at))]
	switch r.IntN(3) {
	case 0:
		return word[:i] + string(word[i+1]) + string(word[i]) + word[i+2:]
	case 1:
		return word[:i] + word[i+1:]
	}
	return word[:i] + string(word[i]) + word[i:]
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
