package gitignore_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/gitignore"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// paths are files of the test repository.
var paths = []string{
	"a", "b", "foo", "foo.log", "x.y", "-", "[a]", "a b", "ä", "A", "#x", "!x", "a ", "z\\", "0",
	"d/a", "d/b", "d/foo", "d/foo.log", "d/e/a", "d/e/b", "d/e/foo.log", "d/e/f/a", "d/e/f/x.y",
	"foo.d/a", "foo.d/e/b", "ab/cd/ef", "abcd/x", "e/a", "e/f/b", "ö/a", "a.d/b/c/d",
}

// lines are rules that each of git's special cases is in.
var lines = []string{
	"a", "/a", "a/", "d/", "/d", "d/*", "d/**", "**/a", "**/e/", "/**/b", "d/**/a", "**", "*", "*.log", "!*.log", "!d/foo.log", "!d", "!d/", "!/d/e",
	"foo*", "foo**", "/foo**/b", "d/e*", "d*/a", "d**/a", "?", "??", "[ab]", "[!ab]", "[^ab]", "[a-d]", "[[:alpha:]]", "[[:digit:]-]", "[[:nope:]]",
	"[]a]", "[!]a]", "[a", "[a-", "[-a]", "[a-]", "\\a", "\\#x", "#x", "\\!x", "!x", "a ", "a\\ ", "a b", "z\\", "z\\\\", "ä", "??.", "[ä]", "*/a", "d/*/a", "/*", "!/d",
	"d\\/a", "d/**\\/a", "**/**", "***", "d/***/a", "*a*", "a**d", "ab**ef", "ab/**ef", "**d/ef", "d//a", "//a", "/", "!", " ", "a\r", "[[]a]", "[\\]]", "[b-a]", "*.d/", "e/f", "f/", "[[:upper:]]", "d/[!x]", "d[/]a", "d?a",
}

func TestLikeGit(t *testing.T) {
	git := tooltest.Need(t, "git")[0]
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(input string, args ...string) string {
		c := exec.Command(git, args...)
		c.Dir, c.Stdin = dir, strings.NewReader(input)
		c.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "GIT_CONFIG_NOSYSTEM=1")
		out, err := c.Output()
		if err != nil && c.ProcessState.ExitCode() != 1 { // none is ignored
			t.Fatal(err, args)
		}
		return string(out)
	}
	run("", "init", "-q")
	for _, p := range paths {
		write(p, "x")
	}
	compare := func(t interface {
		Fatal(args ...any)
		Fatalf(format string, args ...any)
	}, files map[string]string) {
		for name, text := range files {
			write(name, text)
		}
		var want []string
		for _, p := range strings.Split(run(strings.Join(paths, "\x00")+"\x00", "check-ignore", "-z", "--stdin"), "\x00") {
			if p != "" {
				want = append(want, p)
			}
		}
		r, err := gitignore.Open(filepath.Join(dir, "d"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range paths {
			if r.Ignored(filepath.Join(dir, filepath.FromSlash(p))) {
				got = append(got, p)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q:\n%q\ngit:\n%q", files, got, want)
		}
	}
	names := []string{".git/info/exclude", ".gitignore", "d/.gitignore", "d/e/.gitignore"}
	empty := func() map[string]string {
		out := map[string]string{}
		for _, n := range names {
			out[n] = ""
		}
		return out
	}
	for _, line := range lines {
		files := empty()
		files[".gitignore"] = line + "\n"
		compare(t, files)
	}
	rapid.Check(t, func(t *rapid.T) {
		files := empty()
		line := rapid.OneOf(rapid.SampledFrom(lines), rapid.StringMatching(`!?/?[abde*?/\[\]!\-.foo\\]{1,8}/?`))
		for _, n := range names {
			files[n] = strings.Join(rapid.SliceOfN(line, 0, 4).Draw(t, n), "\n")
		}
		compare(t, files)
	})
}

// A work tree has its rules in the repository's folder.
func TestWorkTree(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main/.git/info/exclude": "secret*\n", "main/.git/worktrees/w/commondir": "../..\n",
		"w/.git": "gitdir: ../main/.git/worktrees/w\n", "w/app/secret.txt": "",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), bytes.TrimSpace([]byte(text)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := gitignore.Open(filepath.Join(dir, "w", "app"))
	if err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Ignored(filepath.Join(real, "w", "app", "secret.txt")) || r.Ignored(filepath.Join(real, "w", "app", "x")) || r.Ignored(filepath.Join(real, "secret")) {
		t.Error("the rules of info/exclude don't count")
	}
}
