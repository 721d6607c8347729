package prometheus

import (
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// inside is the range of expr[start:end] in the manifest, if rng contains expr
// as one quoted string or heredoc without interpolation; otherwise all of rng.
func inside(m *manifest.Manifest, rng hcl.Range, expr string, start, end int) hcl.Range {
	file := m.Files[rng.Filename]
	if file == nil || rng.Start.Byte < 0 || rng.End.Byte > len(file.Bytes) || rng.Start.Byte >= rng.End.Byte {
		return rng
	}
	if start < 0 || start > end || end > len(expr) {
		return rng
	}
	offsets := sourceOffsets(file.Bytes[rng.Start.Byte:rng.End.Byte], expr)
	if offsets == nil {
		return rng
	}
	if start == end && end < len(expr) {
		end++
	}
	out := hcl.Range{Filename: rng.Filename}
	out.Start = advance(rng.Start, file.Bytes, rng.Start.Byte+offsets[start])
	out.End = advance(out.Start, file.Bytes, rng.Start.Byte+offsets[end])
	return out
}

// advance is the position at a byte offset at or after pos. Columns count
// characters, as in hcl except for combining marks.
func advance(pos hcl.Pos, src []byte, to int) hcl.Pos {
	for pos.Byte < to && pos.Byte < len(src) {
		r, n := utf8.DecodeRune(src[pos.Byte:])
		pos.Byte += n
		pos.Column++
		if r == '\n' {
			pos.Line++
			pos.Column = 1
		}
	}
	return pos
}

// sourceOffsets maps every byte of text, and its end, to its offset in source,
// which is a quoted string or a heredoc. It is nil if source is anything else,
// or has a different value.
func sourceOffsets(source []byte, text string) []int {
	flush := strings.HasPrefix(string(source), "<<-")
	if strings.HasPrefix(string(source), "<<") {
		source = append(append([]byte{}, source...), '\n') // a heredoc's last line ends
	}
	tokens, diags := hclsyntax.LexExpression(source, "", hcl.InitialPos)
	if diags.HasErrors() || len(tokens) == 0 {
		return nil
	}
	var value strings.Builder
	var offsets []int
	add := func(s string, at, step int) {
		for i := range len(s) {
			offsets = append(offsets, at+i*step)
		}
		value.WriteString(s)
	}
	indent := commonIndent(tokens)
	end := len(source)
	for _, t := range tokens {
		at := t.Range.Start.Byte
		switch t.Type {
		case hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenNewline, hclsyntax.TokenEOF:
		case hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			end = min(end, at)
		case hclsyntax.TokenQuotedLit:
			unescape(string(t.Bytes), at, true, add)
		case hclsyntax.TokenStringLit:
			s := string(t.Bytes)
			if flush && t.Range.Start.Column == 1 {
				cut := min(indent, len(s))
				s, at = s[cut:], at+cut
			}
			unescape(s, at, false, add)
		default:
			return nil
		}
	}
	if value.String() != text {
		return nil
	}
	return append(offsets, end)
}

// commonIndent is the indentation that all lines of a heredoc share.
func commonIndent(tokens hclsyntax.Tokens) int {
	indent := -1
	for _, t := range tokens {
		if t.Type != hclsyntax.TokenStringLit || t.Range.Start.Column != 1 {
			continue
		}
		line := strings.TrimRight(string(t.Bytes), "\n")
		n := len(line) - len(strings.TrimLeft(line, " "))
		if indent < 0 || n < indent {
			indent = n
		}
	}
	return max(indent, 0)
}

// unescape passes the characters of a literal to add: escapes of quoted
// strings, and the doubled signs of templates.
func unescape(s string, at int, quoted bool, add func(s string, at, step int)) {
	for i := 0; i < len(s); {
		rest := s[i:]
		n, text := 1, rest[:1]
		switch {
		case strings.HasPrefix(rest, "$${"):
			n, text = 3, "${"
		case strings.HasPrefix(rest, "%%{"):
			n, text = 3, "%{"
		case quoted && rest[0] == '\\' && len(rest) > 1:
			n = 2
			switch rest[1] {
			case 'n':
				text = "\n"
			case 't':
				text = "\t"
			case 'r':
				text = "\r"
			case '"', '\\':
				text = rest[1:2]
			default:
				add("\x00", at+i, 0) // \u…: too rare to map; the value won't match
				return
			}
		}
		step := 0
		if n == 1 {
			step = 1
		}
		add(text, at+i, step)
		i += n
	}
}
