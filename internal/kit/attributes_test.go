package kit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// attributes asks git for an attribute of paths in a folder with a .gitattributes.
func attributes(t *testing.T, content []byte, name string, paths ...string) map[string]string {
	t.Helper()
	tooltest.Need(t, "git")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, kit.GitAttributesPath), content, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", dir, "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command("git", "-C", dir, "check-attr", "-z", "--stdin", name)
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\x00") + "\x00")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	fields := strings.Split(string(out), "\x00")
	for i := 0; i+2 < len(fields); i += 3 {
		got[fields[i]] = fields[i+2]
	}
	return got
}

func TestAttributes(t *testing.T) {
	odd := []string{"a b", `q"uote`, "st*r", "wh?t", "[set]", "#hash", "!not", "ü", "tab\there", `back\slash`, "deep/er/file.txt", "-dash"}
	var files []kit.Artifact
	for _, p := range append(odd, "docker-compose.yml") {
		files = append(files, kit.Artifact{Kind: kit.Custom, Path: p})
	}
	a := kit.NewAttributes("a\nsystem", files)
	paths := append(odd, "docker-compose.yml", "deploy/plan.sh", "deploy/actions/a b/run.sh", "deploy/SHA256SUMS", "omegagen.lock.json", ".gitattributes", "star", "set", "sub/docker-compose.yml", "mine.txt")
	merge := attributes(t, a.Content, "merge", paths...)
	eol := attributes(t, a.Content, "eol", paths...)
	for _, p := range paths {
		want, lf := "unset", "lf"
		switch p {
		case "deploy/SHA256SUMS":
			want = "set"
		case "omegagen.lock.json", ".gitattributes":
			want = "unspecified"
		case "star", "set", "sub/docker-compose.yml", "mine.txt":
			want, lf = "unspecified", "unspecified"
		}
		if merge[p] != want || eol[p] != lf {
			t.Errorf("%q: merge is %q instead of %q, eol %q instead of %q", p, merge[p], want, eol[p], lf)
		}
	}
	if got := attributes(t, a.Content, "linguist-generated", "deploy/runtime.sh", "deploy/plan.sh"); got["deploy/runtime.sh"] != "set" || got["deploy/plan.sh"] != "unspecified" {
		t.Error(got)
	}
}

// FuzzAttributes asks git whether a pattern covers its path.
func FuzzAttributes(f *testing.F) {
	f.Add("a b")
	f.Add(`\"*?[x]`)
	f.Fuzz(func(t *testing.T, path string) {
		clean := filepath.ToSlash(filepath.Clean(path))
		if path == "" || clean != path || strings.ContainsAny(path, "\x00\n\r\\") || strings.HasPrefix(path, "/") || strings.HasPrefix(path, "..") || path == "." || strings.HasPrefix(path, "deploy/") || strings.HasPrefix(path, ".git") {
			return // not a path of a kit
		}
		a := kit.NewAttributes("s", []kit.Artifact{{Kind: kit.Custom, Path: path}})
		if got := attributes(t, a.Content, "merge", path); got[path] != "unset" {
			t.Errorf("%q isn't covered: %q\n%s", path, got, a.Content)
		}
	})
}
