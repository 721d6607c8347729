package quote_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"

	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/tooltest"
)

var hostileTexts = []string{
	"", "plain", "two words", `a"b`, "a'b", `a\b`, `a\`, `\`, `\\`, `\'`, `'\`, `\n`, `\$`, "`", "`'", "a\nb", "\n", "a\tb\r", " a ", "$(touch x)", "${y}", "$y", "$$", "$$$", "$", "a$",
	"{{.}}", "}", "${A:?x}", "${A", "}$$", "x}y}", "#a", "a #b", "=", "a=b", "ümläut 日本 😀", "\x01\x7f", "\u0085\u2028\ufeff", "!x", "*", "<<EOF", "--", "-x", "[\"a\"]", "[\"a\"] && b", "[]", "[ -x a ]", "[1]", "[", "--mount=type=cache", "\\\"", "%", "&&",
}

// FuzzCompose checks the escaping with Compose's own interpolation: text is read back unchanged, on
// both sides of an interpolated secret.
func FuzzCompose(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s, "reason")
		f.Add("x", s)
	}
	env := func(name string) (string, bool) { return "s3cr3t", name == "A" }
	f.Fuzz(func(t *testing.T, s, message string) {
		in := quote.Compose(s) + quote.ComposeRequired("A", message) + quote.Compose(s)
		got, err := template.Substitute(in, env)
		if err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		if got != s+"s3cr3t"+s {
			t.Fatalf("%q is read back as %q", in, got)
		}
		if _, err := template.Substitute(in, func(string) (string, bool) { return "", false }); err == nil {
			t.Fatalf("%q doesn't require the variable", in)
		}
	})
}

// FuzzDotenv checks the quoting with the two readers of a .env file:
// Compose and the shell.
func FuzzDotenv(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s)
	}
	tooltest.Need(f, "sh")
	file := filepath.Join(f.TempDir(), ".env")
	f.Fuzz(func(t *testing.T, s string) {
		q, err := quote.Dotenv(s)
		if err != nil {
			t.Skip(err)
		}
		text := "# a comment\nA=" + q + "\nB='after'\n"
		got, err := dotenv.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatalf("compose: %s: %v", text, err)
		}
		if len(got) != 2 || got["A"] != s || got["B"] != "after" {
			t.Fatalf("compose reads %q back as %q from %s", s, got, text)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("sh", "-c", `. "$1"; printf '%s.%s' "$A" "$B"`, "sh", file).CombinedOutput()
		if err != nil || string(out) != s+".after" {
			t.Fatalf("sh reads %q back as %q (%v) from %s", s, out, err, text)
		}
	})
}
