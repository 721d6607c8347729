package quote_test

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/tooltest"
)

var markdownSeeds = []string{
	"", "plain", "a*b*c_d_e", "`x`", "``x` y``", "[a](b)", "![a](b)", "<script>x</script>", "&amp; &lt;", "a|b", `a\|b`, `\`, "# no heading", "- no item",
	"1. no item", "12) no", "+ x", "= x", "two\nlines", "\n", " lead", "trail ", "a  b", "https://example.org/x?a=b&c=d", "$(touch x)", "$$x$$", "~~x~~", "@me", ":smile:",
	"{{.}}", "\"quotes\" 'q'", "ünïcödé ‘’", "---", "***", "a\\*b", "<!-- x -->", "-->", "``", "`", " ` ", "a`", "|", `\` + "`", "```\nfence\n```", "~~~", "www.example.org", "a@b.example", "https://x/a_b_c*d*", "mailto:a@b.c", "xmpp:a@b.c", "WWW.x.y/a_b", "ftp://a_b",
}

// readMarkdown parses a document with cmark-gfm and returns its text: the
// content of text, code and code blocks, with line ends for <br>.
func readMarkdown(t *testing.T, doc string) string {
	t.Helper()
	cmd := exec.Command(tooltest.Need(t, "cmark-gfm")[0], "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tagfilter", "-t", "xml")
	cmd.Stdin = strings.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(string(out)))
	d.Strict = false
	in := ""
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			in = tok.Name.Local
			switch in {
			case "emph", "strong", "strikethrough", "image", "heading", "list", "html_block", "softbreak", "linebreak", "thematic_break", "block_quote":
				b.WriteString("{" + in + "}") // no character in this may have a special meaning
			}
		case xml.EndElement:
			in = ""
		case xml.CharData:
			switch in {
			case "text", "code", "code_block":
				b.Write(tok)
			case "html_inline":
				if string(tok) == "<br>" {
					b.WriteByte('\n')
				} else {
					b.WriteString("{html}")
				}
			}
		}
	}
}

// printable removes what neither Markdown nor XML can represent.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || r == unicode.ReplacementChar || r == '\ufffe' || r == '\uffff')
	})
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range markdownSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !printable(s) {
			return
		}
		for _, c := range []struct{ before, after string }{
			{"", "\n"}, {"before ", " after\n"}, {"| a | b |\n|---|---|\n| ", " | after |\n"},
		} {
			got := readMarkdown(t, c.before+quote.Markdown(s)+c.after)
			want := s
			switch {
			case strings.HasPrefix(c.before, "before"):
				want = "before " + s + " after"
			case strings.HasPrefix(c.before, "|"):
				want = "ab" + s + "after"
			}
			if got != want {
				t.Errorf("%q reads back as %q in\n%s", want, got, c.before+quote.Markdown(s)+c.after)
			}
		}
	})
}

func FuzzMarkdownCode(f *testing.F) {
	for _, s := range markdownSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !printable(s) {
			return
		}
		if got := readMarkdown(t, "x"+quote.MarkdownCode(s, false)+"x\n"); got != "x"+s+"x" {
			t.Errorf("%q reads back as %q", s, got)
		}
		if got := readMarkdown(t, "| a |\n|---|\n| x"+quote.MarkdownCode(s, true)+"x |\n"); got != "ax"+s+"x" {
			t.Errorf("in a table, %q reads back as %q", s, got)
		}
	})
}

func FuzzMarkdownFence(f *testing.F) {
	for _, s := range markdownSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !printable(s) {
			return
		}
		want := s
		if want != "" && !strings.HasSuffix(want, "\n") {
			want += "\n"
		}
		if got := readMarkdown(t, "before\n\n"+quote.MarkdownFence("sh", s)+"\nafter\n"); got != "before"+want+"after" {
			t.Errorf("%q reads back as %q", s, got)
		}
	})
}

func FuzzMarkdownComment(f *testing.F) {
	for _, s := range markdownSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !printable(s) {
			return
		}
		if got := readMarkdown(t, "before\n\n"+quote.MarkdownComment(s)+"\n\nafter\n"); got != "before{html_block}after" {
			t.Errorf("%q leaves its comment: %q", s, got)
		}
	})
}

var mermaidEntity = regexp.MustCompile(`#(\d+);`)

// FuzzMermaidLabel checks that labels contain only characters without a special meaning in Mermaid,
// and reads them back as Mermaid does: entity codes, then <br/>.
func FuzzMermaidLabel(f *testing.F) {
	for _, s := range append(markdownSeeds, `a"]b`, "%%{init}%%", "#35;", "end", "a--b", "x;y") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !printable(s) {
			return
		}
		label := quote.MermaidLabel(s)
		inner := label[1 : len(label)-1]
		if strings.ContainsAny(strings.ReplaceAll(inner, "<br/>", ""), "\"<>&%`()[]{}|\\\n\r") {
			t.Fatalf("%q has a character with a meaning", label)
		}
		back := strings.ReplaceAll(inner, "<br/>", "\n")
		back = mermaidEntity.ReplaceAllStringFunc(back, func(e string) string {
			n, err := strconv.Atoi(e[1 : len(e)-1])
			if err != nil {
				t.Fatal(err)
			}
			return html.UnescapeString("&#" + strconv.Itoa(n) + ";")
		})
		if back != s {
			t.Errorf("%q reads back as %q", s, back)
		}
	})
}
