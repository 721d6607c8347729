package diag

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/internal/text"
)

// Sort orders diagnostics for printing and drops duplicates: root causes before consequences (by the
// stage of their rule), errors before warnings before advice, then by file, position and code.
// Diagnostics with the same code, position and detail are duplicates. The input is not changed.
func Sort(in hcl.Diagnostics) hcl.Diagnostics {
	out := make(hcl.Diagnostics, 0, len(in))
	seen := map[key]bool{}
	for _, d := range in {
		if k := keyOf(d); !seen[k] {
			seen[k] = true
			out = append(out, d)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return before(out[i], out[j]) })
	return out
}

type key struct {
	code, detail string
	subject      hcl.Range
}

func keyOf(d *hcl.Diagnostic) key {
	k := key{code: Code(d), detail: d.Detail}
	if d.Subject != nil {
		k.subject = *d.Subject
	}
	return k
}

func before(a, b *hcl.Diagnostic) bool {
	if sa, sb := stageOrder[RuleOf(a).Stage], stageOrder[RuleOf(b).Stage]; sa != sb {
		return sa < sb
	}
	if a.Severity != b.Severity {
		return a.Severity < b.Severity
	}
	ka, kb := keyOf(a), keyOf(b)
	switch {
	case ka.subject.Filename != kb.subject.Filename:
		return ka.subject.Filename < kb.subject.Filename
	case ka.subject.Start.Byte != kb.subject.Start.Byte:
		return ka.subject.Start.Byte < kb.subject.Start.Byte
	case ka.subject.End.Byte != kb.subject.End.Byte:
		return ka.subject.End.Byte < kb.subject.End.Byte
	case ka.code != kb.code:
		return ka.code < kb.code
	}
	return ka.detail < kb.detail
}

// Write prints diagnostics in order: severity, code and summary, the position with its source line,
// and the detail. files has the sources by name; a position in another file is printed without its
// line.
func Write(w io.Writer, files map[string]*hcl.File, diags hcl.Diagnostics, style Style) error {
	out := bufio.NewWriter(w)
	p, colour := printer{sources: sourcesOf(files, diags)}, style.Colour
	if colour {
		p.mark, p.reset = "\x1b[1;4m", "\x1b[0m"
	}
	for _, d := range diags {
		severity, shade := "Error", "\x1b[31m"
		switch d.Severity {
		case hcl.DiagWarning:
			severity, shade = "Warning", "\x1b[33m"
		case SeverityAdvice:
			severity, shade = "Advice", "\x1b[36m"
		}
		if !colour {
			shade = ""
		}
		fmt.Fprintf(out, "%s%s%s: %s (%s)\n\n", shade, severity, p.reset, printable(d.Summary), Code(d))
		if d.Subject != nil {
			fmt.Fprint(out, p.place(d))
		}
		if d.Detail != "" {
			fmt.Fprintf(out, "%s\n\n", text.Wrap(printable(d.Detail), style.Width))
		}
	}
	return out.Flush()
}

// Style is how diagnostics are printed: with colours, and with details in lines of at most a width, 0 for any.
// Source text is never broken.
type Style struct {
	Colour bool
	Width  int
}

// printer prints positions; mark and reset surround the subject of a diagnostic.
type printer struct {
	sources
	mark, reset string
}

const (
	maxLines = 8   // of source that are shown for a diagnostic
	maxWidth = 240 // bytes of a line that are shown around its subject
)

// place prints the position and its source. Its time doesn't depend on the size of the file.
func (p *printer) place(d *hcl.Diagnostic) string {
	at := *d.Subject
	if whole(at) {
		return fmt.Sprintf("  on %s:\n\n", printable(at.Filename))
	}
	f := p.files[at.Filename]
	if f == nil || f.Bytes == nil || at.Start.Byte < 0 || at.Start.Byte > len(f.Bytes) {
		return fmt.Sprintf("  on %s line %d:\n  (source code not available)\n\n", printable(at.Filename), at.Start.Line)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  on %s line %d, column %d", printable(at.Filename), at.Start.Line, at.Start.Column)
	if c := p.context(at); c != "" {
		fmt.Fprintf(&b, ", in %s", printable(c))
	}
	b.WriteString(":\n")
	first, last := at.Start, max(at.End.Byte, at.Start.Byte+1)
	if c := d.Context; c != nil && c.Filename == at.Filename && c.Start.Byte >= 0 && c.Start.Line >= at.Start.Line-3 && c.Start.Byte < first.Byte {
		first = c.Start
	}
	src, line := f.Bytes, first.Line
	start := lineStart(src, first.Byte)
	for n := 0; start < len(src) && start < last; n++ {
		if n == maxLines {
			b.WriteString("      …\n")
			break
		}
		end := lineEnd(src, start)
		from, to := clamp(at.Start.Byte, start, end), clamp(last, start, end)
		left, right := window(src, start, end, from, to)
		before, marked, after := string(src[left:from]), string(src[from:min(to, right)]), string(src[min(to, right):right])
		if left > start {
			before = "… " + before
		}
		if right < end {
			after += " …"
		}
		fmt.Fprintf(&b, "%4d: %s", line, printable(before))
		if marked != "" {
			b.WriteString(p.mark + printable(marked) + p.reset)
		}
		b.WriteString(printable(strings.TrimSuffix(after, "\r")) + "\n")
		start, line = end+1, line+1
	}
	b.WriteByte('\n')
	return b.String()
}

func lineStart(src []byte, at int) int { return bytes.LastIndexByte(src[:at], '\n') + 1 }

func lineEnd(src []byte, at int) int {
	if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(src)
}

func clamp(n, low, high int) int { return min(max(n, low), high) }

// window is the part of a line that is shown around from…to: all of it, unless it is very long. It
// starts and ends between characters.
func window(src []byte, start, end, from, to int) (left, right int) {
	left, right = max(start, from-maxWidth/2), min(end, min(to, from+maxWidth)+maxWidth/2)
	for left > start && !utf8.RuneStart(src[left]) {
		left--
	}
	for right < end && !utf8.RuneStart(src[right]) {
		right++
	}
	return left, right
}

// sources are the files of a manifest by name.
type sources struct {
	files        map[string]*hcl.File
	syntaxErrors map[string]int // the offset of the first one in each file
}

func sourcesOf(files map[string]*hcl.File, diags hcl.Diagnostics) sources {
	s := sources{files: files, syntaxErrors: map[string]int{}}
	for _, d := range diags {
		if d.Subject == nil || RuleOf(d) != syntax {
			continue
		}
		if first, ok := s.syntaxErrors[d.Subject.Filename]; !ok || d.Subject.Start.Byte < first {
			s.syntaxErrors[d.Subject.Filename] = d.Subject.Start.Byte
		}
	}
	return s
}

// context is the header of the enclosing block: `service "web"`.
func (s *sources) context(at hcl.Range) string {
	f := s.files[at.Filename]
	if f == nil || at.Start == at.End {
		return "" // the file as a whole
	}
	if first, ok := s.syntaxErrors[at.Filename]; ok && at.Start.Byte > first {
		return "" // the parser may take a block for a part of another one
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return ""
	}
	i := sort.Search(len(body.Blocks), func(i int) bool { return body.Blocks[i].Range().End.Byte > at.Start.Byte })
	if i == len(body.Blocks) || body.Blocks[i].Range().Start.Byte > at.Start.Byte {
		return ""
	}
	header := body.Blocks[i].Type
	for _, label := range body.Blocks[i].Labels {
		header += " " + strconv.Quote(label)
	}
	if len(header) > maxWidth {
		header = strings.ToValidUTF8(header[:maxWidth], "") + "…"
	}
	return header
}

// printable shows control characters, which a terminal would interpret, as their code points.
func printable(s string) string {
	clean := func(r rune) bool { return r == '\n' || r == '\t' || !unicode.IsControl(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	const hexDigits = "0123456789abcdef"
	var b strings.Builder
	for _, r := range s {
		if clean(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(`\u00` + string(hexDigits[r>>4&15]) + string(hexDigits[r&15]))
		}
	}
	return b.String()
}
