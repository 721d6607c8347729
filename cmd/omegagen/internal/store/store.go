// Package store reads and writes the folder of a generated kit.
//
// A write is atomic, whatever interrupts it. New contents are staged in a folder next to the kit and
// synced; then a journal that lists every change is renamed into place; only then are files of the kit
// replaced, one rename each, the lock file last. Any process that finds a journal completes it
// (Recover). Until then deploy.sh, which has the checksums of all the other files, rejects the
// mixture.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/internal/kit"
)

// Change is a difference between the kit on disk and a new one.
type Change struct {
	Path     string
	Kind     Kind
	Old, New []byte // nil if there is none
}

// Kind says how a file differs.
type Kind string

const (
	Missing  Kind = "missing"  // to be written, not on disk
	Changed  Kind = "changed"  // on disk with other content or mode
	Orphaned Kind = "orphaned" // on disk, not part of the kit
)

// State is the content of a kit's folder.
type State struct {
	Dir   string
	Files map[string]File     // by path, without reserved and ignored ones
	lock  *kit.Lock           // on disk; nil without one
	known map[string]bool     // the paths in the lock file on disk
	sums  map[string][]string // by path, the SHA-256 of what omegagen wrote last
}

// Lock is the lock file on disk; nil if there is none that can be read.
func (s *State) Lock() *kit.Lock { return s.lock }

// Known reports whether omegagen has written a file at that path, according to the lock file on disk.
func (s *State) Known(path string) bool { return s.known[path] }

// File is one file on disk. Content is nil for what is not a regular file.
type File struct {
	Content []byte
	Mode    fs.FileMode
}

// Read reads the folder of a kit. A missing folder is an empty kit. ignore lists paths (with
// everything below them) that don't belong to the kit, such as the sources of bind mounts.
func Read(dir string, ignore []string) (*State, error) {
	s := newState(dir)
	if fi, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return s, nil
	} else if err != nil {
		return nil, err
	} else if !fi.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", dir)
	}
	dir, err := filepath.EvalSymlinks(dir) // WalkDir doesn't follow links, not even at its root
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil || rel == "." {
			return err
		}
		rel = filepath.ToSlash(rel)
		if kit.OwnerOf(rel) != kit.Build || ignored(rel, ignore) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		return s.add(rel, name, d)
	})
	if err != nil {
		return nil, err
	}
	s.readLock()
	return s, nil
}

func newState(dir string) *State {
	return &State{Dir: dir, Files: map[string]File{}, known: map[string]bool{}, sums: map[string][]string{}}
}

func (s *State) add(rel, name string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	f := File{Mode: info.Mode()}
	if info.Mode().IsRegular() {
		if f.Content, err = os.ReadFile(name); err != nil {
			return err
		}
		if f.Content == nil {
			f.Content = []byte{}
		}
	}
	s.Files[rel] = f
	return nil
}

func ignored(rel string, ignore []string) bool {
	for _, i := range ignore {
		i = path.Clean(i)
		if i != "." && (rel == i || strings.HasPrefix(rel, i+"/")) {
			return true
		}
	}
	return false
}

// readLock reads what the lock file and the list of checksums on disk record about each file. An
// unreadable lock file is treated as missing: then every file is foreign. If git left conflicts in
// them, both sides count as written by omegagen.
func (s *State) readLock() {
	f, ok := s.Files[kit.LockPath]
	if !ok {
		return
	}
	for _, side := range sides(f.Content) {
		lock, err := kit.ParseLock(side)
		if err != nil {
			continue
		}
		s.lock = lock
		for _, e := range lock.Files {
			s.known[e.Path] = true
			if e.SHA256 != "" {
				s.sums[e.Path] = append(s.sums[e.Path], e.SHA256)
			}
		}
	}
	if !s.known[kit.SumsPath] {
		return
	}
	for _, side := range sides(s.Files[kit.SumsPath].Content) {
		for path, sum := range kit.ParseSums(side) {
			s.sums[path] = append(s.sums[path], sum)
		}
	}
}

// written reports whether a file has the content that omegagen wrote last; if git left conflicts in
// it, the content that omegagen wrote on both sides.
func (s *State) written(path string, content []byte) bool {
	if path == kit.SumsPath {
		return s.known[path] // there is no checksum of the checksums: an edited list no longer matches its file
	}
	if content == nil {
		return false
	}
	for _, side := range sides(content) {
		if !slices.Contains(s.sums[path], kit.Sum(side)) {
			return false
		}
	}
	return true
}

// Compare lists the differences between the folder and a new kit, by path. Lock files are compared
// without the tool's version. A file on disk that is not in the kit is Orphaned.
func (s *State) Compare(files []kit.Artifact) []Change {
	var out []Change
	want := map[string]bool{}
	for _, a := range files {
		want[a.Path] = true
		f, ok := s.Files[a.Path]
		switch {
		case !ok:
			out = append(out, Change{a.Path, Missing, nil, a.Content})
		case f.Content == nil || !same(a, f.Content) || executableBit && f.Mode.IsRegular() && (f.Mode&0o100 != 0) != a.Executable:
			out = append(out, Change{a.Path, Changed, f.Content, a.Content})
		}
	}
	for p, f := range s.Files {
		if !want[p] {
			out = append(out, Change{p, Orphaned, f.Content, nil})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

func same(a kit.Artifact, disk []byte) bool {
	if string(a.Content) == string(disk) {
		return true
	}
	return a.Path == kit.LockPath && kit.SameLock(a.Content, disk)
}

// Foreign lists the changes that would overwrite, or leave out, what omegagen did not write:
// hand-edited files, and unknown ones. They require --force.
func (s *State) Foreign(changes []Change) []Change {
	var out []Change
	for _, c := range changes {
		f, there := s.Files[c.Path]
		if !there || c.Path == kit.LockPath {
			continue
		}
		if !s.known[c.Path] || !s.written(c.Path, f.Content) {
			if c.Kind == Changed && string(c.Old) == string(c.New) {
				continue // only the mode differs
			}
			out = append(out, c)
		}
	}
	return out
}
