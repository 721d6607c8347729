package quote_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// shells are the interpreters that read what is quoted for a shell.
var shells = [][]string{{"dash"}, {"busybox", "sh"}, {"bash"}}

var shellSeeds = []string{
	"", "plain", "two words", "it's", `"`, "$(touch x)", "`touch x`", "${y}", "{{.}}", "$$", "a\nb\n", "\n", "ünïcödé ‘q’ “d”",
	`back\slash\`, `\'`, "-n", "done", "~", "~root", "*", "[a-z]", "#x", "a#b", "!x", "&&", "a=b", "\t", "\x01\x1b[31m", "\xff\xfe",
	"'\"'\"'", "a’b$c“d'e", "END", "EOF\nEOF", "\r\n", strings.Repeat("'$", 500),
}

// readBack runs a script in every shell, in an empty folder in which nothing may appear, and returns
// their outputs.
func readBack(t *testing.T, script string) []string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "script")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, shell := range shells {
		cmd := exec.Command(tooltest.Need(t, shell[0])[0], append(shell[1:], file)...)
		cmd.Dir = dir
		var stdout bytes.Buffer
		cmd.Stdout = &stdout
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %v\n%s", shell, err, script)
		}
		out = append(out, stdout.String())
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Fatalf("a quoted text was executed: %v\n%s", files, script)
	}
	return out
}

func FuzzShellWord(f *testing.F) {
	for _, s := range shellSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		script := ""
		for _, make := range []func(string) (string, error){quote.ShellWord, quote.ShellString} {
			word, err := make(s)
			if strings.Contains(s, "\x00") {
				if err == nil {
					t.Fatal("a NUL byte is quoted")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			script += "printf '%s|' " + word + "\nx=" + word + "\nprintf '%s|' \"$x\"\n"
		}
		want := strings.Repeat(s+"|", 4)
		for i, got := range readBack(t, script) {
			if got != want {
				t.Errorf("%v reads %q as %q\n%s", shells[i], s, got, script)
			}
		}
	})
}

func FuzzShellComment(f *testing.F) {
	for _, s := range shellSeeds {
		f.Add(s)
	}
	f.Add("shellcheck disable=all")
	f.Fuzz(func(t *testing.T, s string) {
		c := quote.ShellComment(s)
		if strings.ContainsAny(c, "\n\r\x00") {
			t.Fatalf("%q spans lines", c)
		}
		for i, got := range readBack(t, "# "+c+"\necho ok\n") {
			if got != "ok\n" {
				t.Errorf("%v printed %q after the comment %q", shells[i], got, c)
			}
		}
	})
}

func FuzzHeredoc(f *testing.F) {
	for _, s := range shellSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		operator, lines, err := quote.Heredoc("END", s)
		if strings.Contains(s, "\x00") {
			if err == nil {
				t.Fatal("a NUL byte is quoted")
			}
			return
		}
		want := s
		if want != "" && !strings.HasSuffix(want, "\n") {
			want += "\n"
		}
		for i, got := range readBack(t, "f() {\ncat "+operator+"\n"+lines+"}\nf\n") {
			if got != want {
				t.Errorf("%v reads %q as %q", shells[i], s, got)
			}
		}
	})
}
