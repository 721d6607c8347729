package diag

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// JSON is a diagnostic in the shape of `terraform validate -json`, with the
// code and, where one is known, the fix.
type JSON struct {
	Severity string     `json:"severity"` // error | warning | advice
	Code     string     `json:"code"`
	Summary  string     `json:"summary"`
	Detail   string     `json:"detail"`
	Range    *Range     `json:"range,omitempty"`
	File     string     `json:"file,omitempty"` // what it is about as a whole, if there is no range
	Snippet  *Snippet   `json:"snippet,omitempty"`
	Fix      string     `json:"fix,omitempty"`   // replacement for the range
	Edits    []EditJSON `json:"edits,omitempty"` // where that isn't enough: replacements that fix it together
	// Suppression says why it doesn't count; only in lists of suppressed ones.
	Suppression *SuppressionJSON `json:"suppression,omitempty"`
}

// SuppressionJSON is the ignore block that silences a diagnostic.
type SuppressionJSON struct {
	Reason string `json:"reason"`
	Range  Range  `json:"range"`
}

// EditJSON is an Edit.
type EditJSON struct {
	Range Range  `json:"range"`
	Text  string `json:"text"`
}

// Range is a source range: lines and columns from 1, columns in characters, bytes from 0.
type Range struct {
	Filename string `json:"filename"`
	Start    Pos    `json:"start"`
	End      Pos    `json:"end"`
}

// Pos is one end of a Range.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// maxSnippet is the maximum length of a line that is shown completely.
const maxSnippet = 4096

// Snippet is the source of a range: its first line, complete unless it is very long. Offsets are in
// bytes of Code.
type Snippet struct {
	Context        *string    `json:"context"` // the block: `service "web"`
	Code           string     `json:"code"`
	StartLine      int        `json:"start_line"`
	HighlightStart int        `json:"highlight_start_offset"`
	HighlightEnd   int        `json:"highlight_end_offset"`
	Values         []struct{} `json:"values"`
}

// JSONList returns the diagnostics as JSON values, in order; never nil.
func JSONList(files map[string]*hcl.File, diags hcl.Diagnostics) []JSON {
	from := sourcesOf(files, diags)
	out := make([]JSON, 0, len(diags))
	for _, d := range diags {
		j := JSON{Severity: SeverityName(d.Severity), Code: Code(d), Summary: d.Summary, Detail: d.Detail}
		if e, ok := d.Extra.(Extra); ok {
			j.Fix = e.Fix
			for _, edit := range e.Edits {
				j.Edits = append(j.Edits, EditJSON{RangeJSON(edit.Range), edit.Text})
			}
		}
		if d.Subject != nil && whole(*d.Subject) {
			j.File = d.Subject.Filename
		} else if d.Subject != nil {
			r := RangeJSON(*d.Subject)
			j.Range = &r
			j.Snippet = from.snippet(*d.Subject)
		}
		out = append(out, j)
	}
	return out
}

// Suppressed is a diagnostic that the manifest silences.
type Suppressed struct {
	Finding *hcl.Diagnostic
	Reason  string
	By      hcl.Range // what silences it
}

// SuppressedJSON is JSONList for suppressed diagnostics; nil if there are none.
func SuppressedJSON(files map[string]*hcl.File, list []Suppressed) []JSON {
	var out []JSON
	for _, s := range list {
		j := JSONList(files, hcl.Diagnostics{s.Finding})[0]
		j.Suppression = &SuppressionJSON{s.Reason, RangeJSON(s.By)}
		out = append(out, j)
	}
	return out
}

// RangeJSON is a range in the shape of the contracts.
func RangeJSON(r hcl.Range) Range {
	pos := func(p hcl.Pos) Pos { return Pos{p.Line, p.Column, p.Byte} }
	return Range{r.Filename, pos(r.Start), pos(r.End)}
}

func (s *sources) snippet(r hcl.Range) *Snippet {
	f := s.files[r.Filename]
	if f == nil || r.Start.Byte < 0 || r.Start.Byte > len(f.Bytes) {
		return nil
	}
	start, end := lineStart(f.Bytes, r.Start.Byte), lineEnd(f.Bytes, r.Start.Byte)
	if end-start > maxSnippet {
		start, end = window(f.Bytes, start, end, r.Start.Byte, clamp(r.End.Byte, r.Start.Byte, end))
	}
	code := bytes.TrimSuffix(f.Bytes[start:end], []byte("\r"))
	out := &Snippet{
		Code:           string(code),
		StartLine:      r.Start.Line,
		HighlightStart: min(r.Start.Byte-start, len(code)),
		HighlightEnd:   clamp(r.End.Byte, r.Start.Byte, end) - start,
		Values:         []struct{}{},
	}
	if !utf8.ValidString(out.Code) {
		out.Code = strings.ToValidUTF8(out.Code, "\uFFFD")
	}
	out.HighlightEnd = min(out.HighlightEnd, len(out.Code))
	if c := s.context(r); c != "" {
		out.Context = &c
	}
	return out
}
