package prometheus

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// FuzzSourceOffsets: offsets are returned only for the expression's own value,
// are increasing, and point to each character that represents itself.
func FuzzSourceOffsets(f *testing.F) {
	for _, s := range []string{`"up"`, `"a\"b\\c\n"`, `"$${x} $$ %%{y} ü"`, "<<EOT\nup\n  x\nEOT", "<<-EOT\n    up\n      x\n  EOT", "<<-EOT\n\n\tx\n\n  EOT", `"${"x"}"`, `"\u00fc"`, "up", "(\"x\")", "<<EOT\nEOT", "<<-E\n a$${b}\n  E", "\"a\" + \"b\"", "<<A\r\nx\r\nA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		expr, diags := hclsyntax.ParseExpression([]byte(src), "x", hcl.InitialPos)
		if diags.HasErrors() {
			return
		}
		v, diags := expr.Value(nil)
		if diags.HasErrors() || v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
			return
		}
		rng := expr.Range()
		source, text := src[rng.Start.Byte:rng.End.Byte], v.AsString()
		offsets := sourceOffsets([]byte(source), text)
		if offsets == nil {
			return
		}
		if len(offsets) != len(text)+1 {
			t.Fatalf("%q: %d offsets of %d bytes", src, len(offsets), len(text))
		}
		for i, at := range offsets {
			if at < 0 || at > len(source) || i > 0 && at < offsets[i-1] {
				t.Fatalf("%q: offsets %v", src, offsets)
			}
			if i < len(text) && source[at] != text[i] && source[at] != '\\' && source[at] != '$' && source[at] != '%' {
				t.Fatalf("%q: byte %d is at %d", src, i, at)
			}
		}
	})
}

// TestSourceOffsets: the usual ways to write an expression are supported.
func TestSourceOffsets(t *testing.T) {
	for src, text := range map[string]string{
		`"up{job=\"x\"}"`:                         `up{job="x"}`,
		"<<EOT\nup ==\n  0\nEOT":                  "up ==\n  0\n",
		"<<-EOT\n      up ==\n        0\n    EOT": "up ==\n  0\n",
		`"$${x}"`: "${x}",
	} {
		if sourceOffsets([]byte(src), text) == nil {
			t.Errorf("%s isn't known as %q", src, text)
		}
		if sourceOffsets([]byte(src), text+"x") != nil {
			t.Errorf("%s is known as another text", src)
		}
	}
}
