// Package format formats manifests in canonical style: that of hashicorp's formatter, plus normalized
// blank lines.
package format

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format returns a file's canonical text. Only white space changes: indentation and alignment,
// trailing blanks, runs of blank lines, line ends (LF) and the final newline; heredocs and quoted
// strings don't change. A file with a syntax error is returned unchanged, with the diagnostics.
// Formatting is idempotent.
func Format(name string, src []byte) ([]byte, hcl.Diagnostics) {
	if _, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos); diags.HasErrors() {
		return src, diags
	}
	if len(bytes.TrimSpace(src)) == 0 {
		return []byte{}, nil
	}
	out := hclwrite.Format(blankLines(src))
	// Alignment may depend on what an earlier pass moved.
	for range 4 {
		again := hclwrite.Format(out)
		if bytes.Equal(again, out) {
			break
		}
		out = again
	}
	return out, nil
}

// blankLines normalizes the white space that hashicorp's formatter doesn't: line ends, trailing
// blanks, and consecutive blank lines. Lines that start inside a template or a comment are not
// changed.
func blankLines(src []byte) []byte {
	keep := protected(src)
	var out bytes.Buffer
	blank, offset := 0, 0
	for _, line := range bytes.SplitAfter(src, []byte("\n")) {
		start := offset
		offset += len(line)
		if len(line) == 0 {
			continue
		}
		if keep(start) || keep(offset-1) {
			out.Write(line)
			blank = 0
			continue
		}
		text := bytes.TrimRight(line, " \t\r\n")
		if len(text) == 0 {
			if blank++; blank == 1 && out.Len() > 0 {
				out.WriteByte('\n')
			}
			continue
		}
		blank = 0
		out.Write(text)
		out.WriteByte('\n')
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n')
}

// protected reports whether a byte is inside a token that spans lines: a heredoc or a block comment.
func protected(src []byte) func(offset int) bool {
	tokens, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	type span struct{ from, to int }
	var spans []span
	open := -1
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOHeredoc:
			open = t.Range.Start.Byte
		case hclsyntax.TokenCHeredoc:
			spans = append(spans, span{open, t.Range.End.Byte})
		case hclsyntax.TokenComment:
			if bytes.HasPrefix(t.Bytes, []byte("/*")) {
				spans = append(spans, span{t.Range.Start.Byte, t.Range.End.Byte})
			}
		}
	}
	i := 0
	return func(offset int) bool {
		for i < len(spans) && spans[i].to <= offset {
			i++
		}
		return i < len(spans) && spans[i].from <= offset
	}
}
