package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/gitignore"
	"github.com/omegagen/omegagen/cmd/omegagen/internal/store"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// defaultKit is the kit's folder in that of the manifest.
const defaultKit = "generated"

// kitPlace relates a kit's folder to a manifest's. Symbolic links are followed as far as the folders
// exist, because a path with ".." leads from where a folder really is.
func kitPlace(dir, out string) (loader.KitPlace, error) {
	from, err := realPath(dir)
	if err != nil {
		return loader.KitPlace{}, err
	}
	to, err := realPath(out)
	if err != nil {
		return loader.KitPlace{}, err
	}
	there, err := filepath.Rel(from, to)
	if err != nil { // on another volume
		return loader.KitPlace{Path: filepath.ToSlash(to), Back: filepath.ToSlash(from)}, nil
	}
	back, err := filepath.Rel(to, from)
	if err != nil {
		return loader.KitPlace{}, err
	}
	return loader.KitPlace{Path: filepath.ToSlash(there), Back: filepath.ToSlash(back)}, nil
}

// realPath is an absolute path without symbolic links in the part of it that exists.
func realPath(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	rest := ""
	for at := abs; ; at = filepath.Dir(at) {
		real, err := filepath.EvalSymlinks(at)
		switch {
		case err == nil:
			return filepath.Join(real, rest), nil
		case !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at):
			return abs, nil // reading it says why
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

// look looks up paths relative to a manifest's folder.
func look(dir string) func(string) loader.FileKind {
	return func(name string) loader.FileKind {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return loader.Missing
		case err != nil:
			return loader.OtherFile
		case info.IsDir():
			return loader.Folder
		case info.Mode().IsRegular():
			return loader.RegularFile
		}
		return loader.OtherFile
	}
}

// mostText bounds a file that is read for a check, in bytes.
const mostText = 1 << 20

// readText reads files relative to a manifest's folder. What is no regular file, or too long for one that people
// write, is nil.
func readText(dir string) func(string) []byte {
	return func(name string) []byte {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || info.Size() > mostText {
			return nil
		}
		src, err := os.ReadFile(file)
		if err != nil {
			return nil
		}
		return src
	}
}

// ignored says what git ignores in a manifest's folder; nil if that can't be known, because the folder can't be
// read.
func ignored(dir string) func(string) bool {
	real, err := realPath(dir)
	if err != nil {
		return nil
	}
	r, err := gitignore.Open(real)
	if err != nil {
		return nil
	}
	return func(name string) bool { return r.Ignored(filepath.Join(real, filepath.FromSlash(name))) }
}

// checkMeaning refuses to write over a kit in which relative paths were relative to the kit's folder, if
// that changes what a path of the manifest means.
func checkMeaning(s *store.State, m *manifest.Manifest, out string) error {
	if s.Lock() == nil || s.Lock().Paths == kit.PathsOfManifest {
		return nil
	}
	var b strings.Builder
	for _, u := range m.Paths {
		if u.Moved() {
			fmt.Fprintf(&b, "  %s of %s: %q (%s) is now %q as seen from the kit\n", u.Argument, u.Address, u.Written, u.Range, u.Path)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return fmt.Errorf("relative paths of a manifest were relative to the kit's folder, %s; now they are relative to the manifest's. These paths would lead elsewhere; nothing was changed:\n%sCorrect them in the manifest, move the files, or accept the new meaning of all of them with --accept-paths; build asks only once", out, b.String())
}
