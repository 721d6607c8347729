package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/kit"
)

// generation creates the n-th version of a small kit: files change, appear and disappear.
func generation(n int) []kit.Artifact {
	var files []kit.Artifact
	for i := range 12 {
		if (i+n)%5 == 0 {
			continue
		}
		files = append(files, kit.Artifact{
			Path:       fmt.Sprintf("d%d/f%d", i%3, i),
			Content:    []byte(fmt.Sprintf("generation %d of %d\n", n, i)),
			Executable: i == 1,
		})
	}
	var lock bytes.Buffer
	fmt.Fprintf(&lock, "{\n  \"omegagen_version\": \"1\",\n  \"files\": [")
	for i, a := range files {
		if i > 0 {
			lock.WriteString(",")
		}
		fmt.Fprintf(&lock, "{\"path\": %q, \"sha256\": %q}", a.Path, kit.Sum(a.Content))
	}
	lock.WriteString("]}\n")
	return append(files, kit.Artifact{Path: kit.LockPath, Content: lock.Bytes()})
}

func write(t *testing.T, dir string, files []kit.Artifact) {
	t.Helper()
	if err := writeKit(dir, files); err != nil {
		t.Fatal(err)
	}
}

func writeKit(dir string, files []kit.Artifact) error {
	w, _, err := Open(dir)
	if err != nil {
		return err
	}
	defer w.Close()
	s, err := Read(dir, nil)
	if err != nil {
		return err
	}
	return w.Write(files, s.Compare(files))
}

func differences(t *testing.T, dir string, files []kit.Artifact) []Change {
	t.Helper()
	s, err := Read(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.Compare(files)
}

func TestWriteAndCompare(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "kit")
	for n := range 7 {
		write(t, dir, generation(n))
		if d := differences(t, dir, generation(n)); len(d) != 0 {
			t.Fatalf("generation %d: %v", n, d)
		}
	}
	entries, _ := os.ReadDir(filepath.Dir(dir))
	if len(entries) != 1 {
		t.Fatalf("the staging folder was not removed: %v", entries)
	}
	if fi, _ := os.Stat(filepath.Join(dir, "d1/f1")); fi.Mode().Perm() != 0o755 {
		t.Fatalf("mode %v", fi.Mode())
	}
}

func TestCompareFindsEditedRemovedAdded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kit")
	files := generation(1)
	write(t, dir, files)
	must(t, os.WriteFile(filepath.Join(dir, "d0/f0"), []byte("edited"), 0o644))
	must(t, os.Remove(filepath.Join(dir, "d1/f1")))
	must(t, os.WriteFile(filepath.Join(dir, "added"), nil, 0o644))
	must(t, os.Chmod(filepath.Join(dir, "d2/f2"), 0o755))
	must(t, os.MkdirAll(filepath.Join(dir, ".omegagen/logs"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, ".omegagen/logs/x"), nil, 0o644))
	must(t, os.WriteFile(filepath.Join(dir, ".env"), nil, 0o644))
	got := ""
	s, err := Read(dir, []string{"./ignored"})
	must(t, err)
	changes := s.Compare(files)
	for _, c := range changes {
		got += c.Path + " " + string(c.Kind) + "\n"
	}
	want := "added orphaned\nd0/f0 changed\nd1/f1 missing\nd2/f2 changed\n"
	if got != want {
		t.Fatalf("got\n%swant\n%s", got, want)
	}
	foreign := s.Foreign(changes)
	if len(foreign) != 2 || foreign[0].Path != "added" || foreign[1].Path != "d0/f0" {
		t.Fatalf("foreign: %v", foreign)
	}
}

func TestVersionAloneIsNoDifference(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kit")
	files := generation(1)
	write(t, dir, files)
	last := &files[len(files)-1]
	last.Content = bytes.Replace(last.Content, []byte(`"omegagen_version": "1"`), []byte(`"omegagen_version": "2"`), 1)
	if d := differences(t, dir, files); len(d) != 0 {
		t.Fatal(d)
	}
}

// TestKilledAtAnyMoment kills a writing process at random moments. After the next Open the kit is one
// complete generation, never a mixture.
func TestKilledAtAnyMoment(t *testing.T) {
	if dir := os.Getenv("KIT_WRITE_FOREVER"); dir != "" {
		for n := 0; ; n++ {
			if err := writeKit(dir, generation(n%5)); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
		}
	}
	dir := filepath.Join(t.TempDir(), "kit")
	rolledOnce := false
	for i := range 40 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledAtAnyMoment$")
		cmd.Env = append(os.Environ(), "KIT_WRITE_FOREVER="+dir)
		must(t, cmd.Start())
		time.Sleep(30*time.Millisecond + time.Duration(rand.Intn(60))*time.Millisecond)
		must(t, cmd.Process.Kill())
		if err := cmd.Wait(); cmd.ProcessState.Exited() {
			t.Fatalf("the writer ended by itself: %v", err)
		}
		w, rolled, err := Open(dir)
		must(t, err)
		must(t, w.Close())
		rolledOnce = rolledOnce || rolled
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		whole := false
		for n := range 5 {
			whole = whole || len(differences(t, dir, generation(n))) == 0
		}
		if !whole {
			t.Fatalf("after kill %d the kit is a mixture", i)
		}
	}
	if !rolledOnce {
		t.Log("no kill fell between the journal and its end; the next test makes that case")
	}
}

// TestRollForwardFromEveryStep interrupts a write after each of its renames.
func TestRollForwardFromEveryStep(t *testing.T) {
	for cut := range 14 {
		root := t.TempDir()
		dir := filepath.Join(root, "kit")
		write(t, dir, generation(0))
		files := generation(1)
		s, err := Read(dir, nil)
		must(t, err)
		w, _, err := Open(dir)
		must(t, err)
		j := &journal{}
		must(t, os.Mkdir(filepath.Join(w.stage, filesName), 0o700))
		byPath := map[string]kit.Artifact{}
		for _, a := range files {
			byPath[a.Path] = a
		}
		for _, c := range lockLast(s.Compare(files)) {
			if c.Kind == Orphaned {
				j.Removes = append(j.Removes, c.Path)
				continue
			}
			j.Writes = append(j.Writes, journalWrite{fmt.Sprint(len(j.Writes)), c.Path, kit.Sum(c.New)})
		}
		must(t, stageAll(filepath.Join(w.stage, filesName), j.Writes, byPath))
		must(t, w.commit(j))
		must(t, w.move(j.Writes[:min(cut, len(j.Writes))], map[string]bool{}))
		must(t, w.lock.Close()) // the process has ended
		w, rolled, err := Open(dir)
		must(t, err)
		must(t, w.Close())
		if !rolled {
			t.Fatalf("cut %d: nothing was rolled forward", cut)
		}
		if d := differences(t, dir, files); len(d) != 0 {
			t.Fatalf("cut %d: %v", cut, d)
		}
	}
}

func TestTwoWriters(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kit")
	w, _, err := Open(dir)
	must(t, err)
	if _, _, err := Open(dir); !errors.Is(err, ErrBusy) {
		t.Fatalf("the second writer got %v", err)
	}
	must(t, w.Close())
	write(t, dir, generation(0))
}

func TestLinksAreNotFollowed(t *testing.T) {
	root := t.TempDir()
	dir, elsewhere := filepath.Join(root, "kit"), filepath.Join(root, "elsewhere")
	must(t, os.MkdirAll(dir, 0o755))
	must(t, os.MkdirAll(elsewhere, 0o755))
	must(t, os.Symlink(elsewhere, filepath.Join(dir, "d0")))
	err := writeKit(dir, generation(1))
	if err == nil || !strings.Contains(err.Error(), "d0") {
		t.Fatalf("got %v", err)
	}
	if e, _ := os.ReadDir(elsewhere); len(e) != 0 {
		t.Fatal("written through a link")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A file's checksum may be in the lock or in the list of checksums, and git may have left both sides
// of a merge in any of the three.
func TestForeignAfterMerge(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kit")
	lock := func(sum string) string {
		return "{\"files\": [{\"path\": \"doc\", \"sha256\": \"" + sum + "\"}, {\"path\": \"runs\"}, {\"path\": \"" + kit.SumsPath + "\"}]}\n"
	}
	conflict := func(ours, theirs string) string {
		return "<<<<<<< HEAD\n" + ours + "=======\n" + theirs + ">>>>>>> other\n"
	}
	sum := func(s string) string { return kit.Sum([]byte(s)) }
	sums := func(s string) string { return sum(s) + "  runs\n" }
	for _, c := range []struct{ lock, sums, doc, runs, foreign string }{
		{lock(sum("d\n")), sums("r\n"), "d\n", "r\n", ""},
		{lock(sum("d\n")), sums("r\n"), "x\n", "y\n", "doc runs"},
		{conflict(lock(sum("d\n")), lock(sum("e\n"))), conflict(sums("r\n"), sums("s\n")), conflict("d\n", "e\n"), conflict("r\n", "s\n"), ""},
		{conflict(lock(sum("d\n")), lock(sum("e\n"))), conflict(sums("r\n"), sums("s\n")), "e\n", "s\n", ""},
		{conflict(lock(sum("d\n")), lock(sum("e\n"))), conflict(sums("r\n"), sums("s\n")), conflict("d\n", "mine\n"), "r\n", "doc"},
		{"{", sums("r\n"), "d\n", "r\n", kit.SumsPath + " doc runs"},
	} {
		for path, content := range map[string]string{kit.LockPath: c.lock, kit.SumsPath: c.sums, "doc": c.doc, "runs": c.runs} {
			must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, path)), 0o755))
			must(t, os.WriteFile(filepath.Join(dir, path), []byte(content), 0o644))
		}
		s, err := Read(dir, nil)
		must(t, err)
		var got []string
		for _, f := range s.Foreign(s.Compare(nil)) {
			got = append(got, f.Path)
		}
		if strings.Join(got, " ") != c.foreign {
			t.Errorf("%+v: foreign are %q", c, got)
		}
	}
}
