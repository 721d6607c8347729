package format

import (
	"bytes"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"blank", "\n\n  \n", ""},
		{"indent", "a \"b\" {\nx=1\n  yyy = 2\n}", "a \"b\" {\n  x   = 1\n  yyy = 2\n}\n"},
		{"blank lines", "\n\na = 1\n\n\n\nb = 2\n\n\n", "a = 1\n\nb = 2\n"},
		{"trailing", "a = 1   \r\nb = 2\t\r\n", "a = 1\nb = 2\n"},
		{"comments stay", "# one  \na = 1 // two\n/* three\n\n\n   four */\n", "# one\na = 1 // two\n/* three\n\n\n   four */\n"},
		{"heredocs stay", "a = <<-EOT\n  x  \n\n\n   y\n  EOT\n\n\nb = 1\n", "a = <<-EOT\n  x  \n\n\n   y\n  EOT\n\nb = 1\n"},
	} {
		got, diags := Format(c.name, []byte(c.in))
		if diags.HasErrors() || string(got) != c.want {
			t.Errorf("%s: %v\ngot  %q\nwant %q", c.name, diags, got, c.want)
		}
	}
}

func TestSyntaxErrorIsReturned(t *testing.T) {
	in := "a = \n"
	out, diags := Format("x.hcl", []byte(in))
	if !diags.HasErrors() || string(out) != in {
		t.Fatalf("%q %v", out, diags)
	}
}

// FuzzFormat: formatting is idempotent and changes no token.
func FuzzFormat(f *testing.F) {
	for _, s := range []string{"a = 1", "a {\n\n\n b=\"${x}\" }\n", "x = <<E\n a\n\nE\n", "/*\n\n*/ a = [1,\n\n\n 2]\n", "a = <<-E\n\tx\r\n E\n# y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		out, diags := Format("f.hcl", []byte(src))
		if diags.HasErrors() {
			return
		}
		again, diags := Format("f.hcl", out)
		if diags.HasErrors() || !bytes.Equal(out, again) {
			t.Fatalf("not idempotent: %q → %q → %q %v", src, out, again, diags)
		}
		if a, b := tokens([]byte(src)), tokens(out); a != b {
			t.Fatalf("tokens changed:\n%q\n%q", a, b)
		}
	})
}

// tokens is a file's tokens without the white space between them.
func tokens(src []byte) string {
	list, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	var b bytes.Buffer
	for _, t := range list {
		if t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenEOF {
			continue
		}
		text := t.Bytes
		if t.Type == hclsyntax.TokenComment {
			text = bytes.TrimRight(text, " \t\r\n")
		}
		b.WriteByte(byte(t.Type))
		b.Write(text)
		b.WriteByte(0)
	}
	return b.String()
}
