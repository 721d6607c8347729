package loader_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
)

const examples = "../../examples"

// unreadable fails to open some files.
type unreadable struct {
	fstest.MapFS
	bad string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.bad {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

func TestFolders(t *testing.T) {
	big := "/*" + strings.Repeat(" ", 33<<20) + "*/"
	for name, tc := range map[string]struct {
		fs   fs.FS
		want string // codes with places
	}{
		"empty":                      {fstest.MapFS{}, "OG003 dir:0"},
		"variables and folders only": {fstest.MapFS{"a.vars.hcl": file("x = 1"), "sub/a.hcl": file("system \"x\" {}")}, "OG003 dir:0"},
		"no such folder":             {os.DirFS("no-such-folder"), "OG002 dir:0"},
		"no system":                  {fstest.MapFS{"a.hcl": file("locals {}")}, "OG017 dir/a.hcl:0"},
		"two systems":                {fstest.MapFS{"a.hcl": file("system \"x\" {}"), "b.hcl": file("system \"y\" {}")}, "OG016 dir/b.hcl:1"},
		"unreadable file":            {unreadable{fstest.MapFS{"a.hcl": file("system \"x\" {}"), "b.hcl": file("")}, "b.hcl"}, "OG002 dir/b.hcl:0"},
		"a folder called so":         {fstest.MapFS{"a.hcl": file("system \"x\" {}"), "b.hcl/c": file("")}, "OG002 dir/b.hcl:0"},
		"too large":                  {fstest.MapFS{"a.hcl": file(big), "b.hcl": file(big)}, "OG004 dir/b.hcl:0"},
		"not UTF-8":                  {fstest.MapFS{"a.hcl": file("system \"x\" {}\n# \xff")}, "OG006 dir/a.hcl:2"},
		"NUL":                        {fstest.MapFS{"a.hcl": file("system \"x\" {}\n\x00")}, "OG006 dir/a.hcl:2"},
		"byte order mark":            {fstest.MapFS{"a.hcl": file("\ufeffsystem \"x\" {}\n")}, ""},
		"CRLF":                       {fstest.MapFS{"a.hcl": file("system \"x\" {\r\n  version = \"1\"\r\n}\r\n")}, ""},
		"deep":                       {fstest.MapFS{"a.hcl": file("locals { a = " + strings.Repeat("(", 150_000) + "\n}")}, "OG005 dir/a.hcl:1"},
		"deep templates":             {fstest.MapFS{"a.hcl": file("locals { a = " + strings.Repeat("\"${", 150_000) + "\n}")}, "OG005 dir/a.hcl:1"},
		"deep blocks":                {fstest.MapFS{"a.hcl": file(strings.Repeat("a {\n", 150_000))}, "OG005 dir/a.hcl:1000"},
		"long chain":                 {fstest.MapFS{"a.hcl": file("locals { a = 1" + strings.Repeat("+1", 150_000) + "\n}")}, "OG005 dir/a.hcl:1"},
		"long negation":              {fstest.MapFS{"a.hcl": file("locals { a = " + strings.Repeat("!", 150_000) + "true\n}")}, "OG005 dir/a.hcl:1"},
	} {
		t.Run(name, func(t *testing.T) {
			m, diags := loader.Load(loader.Input{FS: tc.fs, Dir: "dir"})
			if m == nil {
				t.Fatal("no model")
			}
			var got []string
			for _, d := range diags {
				got = append(got, fmt.Sprintf("%s %s:%d", diag.Code(d), d.Subject.Filename, d.Subject.Start.Line))
			}
			if g := strings.Join(got, ", "); g != tc.want {
				t.Errorf("got %s, want %s", g, tc.want)
			}
		})
	}
}

// Only files in the manifest's folder can be read.
func TestFilesOutside(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	inner := filepath.Join(dir, "manifest")
	must(os.MkdirAll(filepath.Join(inner, "sub"), 0o755))
	must(os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("outside"), 0o644))
	must(os.WriteFile(filepath.Join(inner, "sub", "in.txt"), []byte("inside"), 0o644))
	must(os.Symlink("../secret.txt", filepath.Join(inner, "out")))
	must(os.Symlink("..", filepath.Join(inner, "up")))
	must(os.Symlink("sub/in.txt", filepath.Join(inner, "link")))
	must(makePipe(filepath.Join(inner, "pipe"))) // opening it would block
	for expr, ok := range map[string]bool{
		`file("sub/in.txt")`: true, `file("./sub/../link")`: true, `fileexists("link")`: true, `fileexists("nope")`: true,
		`fileset(".", "**/*.txt")`: true, `templatefile("link", {})`: true,
		`file("../secret.txt")`: false, `file("out")`: false, `file("up/secret.txt")`: false, `file("/etc/passwd")`: false,
		`fileexists("../secret.txt")`: false, `fileexists("out")`: false, `filesha256("out")`: false, `file("sub")`: false,
		`fileset("..", "*")`: false, `fileset(".", "../*")`: false, `templatefile("../secret.txt", {})`: false,
		`file("nope")`: false, `file("")`: false, `file("pipe")`: false,
	} {
		must(os.WriteFile(filepath.Join(inner, "main.hcl"), []byte("system \"x\" {}\nlocals { a = "+expr+" }\n"), 0o644))
		root, err := os.OpenRoot(inner)
		must(err)
		_, diags := loader.Load(loader.Input{FS: root.FS(), Dir: "."})
		if diags.HasErrors() == ok {
			t.Errorf("%s: %v", expr, diags)
		}
		must(root.Close())
	}
}

func BenchmarkFlagship(b *testing.B) {
	for b.Loop() {
		if _, diags := loader.Load(loader.Input{FS: os.DirFS(examples + "/exogenesis-omega"), Dir: "x"}); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}
