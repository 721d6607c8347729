package diag

import (
	"bytes"
	"io"
	"sort"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
)

// Sort orders diagnostics for printing and drops repetitions: root causes
// before consequences (Extra.Rank), errors before warnings, then by file,
// place and code. Two diagnostics are the same when code, place and detail
// are. The input is not changed.
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

// rank is how far a diagnostic may be from its root cause. Of equal Extra.Rank,
// what can't be read at all comes before what is misspelt, that before what
// can't be evaluated, and that before what is meant wrongly.
func rank(d *hcl.Diagnostic) int {
	r := 0
	if e, ok := d.Extra.(Extra); ok {
		r = 5 * e.Rank
	}
	switch code := Code(d); {
	case code < "OG010":
		return r
	case code < "OG020":
		return r + 1
	case code < "OG100":
		return r + 2
	case code < "OG900":
		return r + 3
	}
	return r + 4
}

func before(a, b *hcl.Diagnostic) bool {
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra < rb
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

// Write prints diagnostics for a reader, in the order given: severity, code
// and summary, the place with its source line, and the detail. files holds the
// sources by name; a place in another file is named without its line.
func Write(w io.Writer, files map[string]*hcl.File, diags hcl.Diagnostics, colour bool) error {
	var b bytes.Buffer
	out := hcl.NewDiagnosticTextWriter(&b, files, 0, colour)
	for _, d := range diags {
		shown := *d
		shown.Summary = printable(d.Summary) + " (" + Code(d) + ")"
		shown.Detail = printable(d.Detail)
		if err := out.WriteDiagnostic(&shown); err != nil {
			return err
		}
	}
	text := b.String()
	if !colour {
		text = printable(text)
	}
	_, err := io.WriteString(w, text)
	return err
}

// printable shows control characters, which a terminal would obey, as their
// code points.
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
