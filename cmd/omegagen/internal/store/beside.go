package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/internal/kit"
)

// ReadBeside reads a kit that lies in a folder with other files, such as that of a project: only the given
// paths, and those in the lock file on disk.
func ReadBeside(dir string, paths, ignore []string) (*State, error) {
	s := newState(dir)
	dir, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	} else if err != nil {
		return nil, err
	}
	if err := s.addBeside(dir, kit.LockPath); err != nil {
		return nil, err
	}
	if f := s.Files[kit.LockPath]; f.Content != nil {
		for _, side := range sides(f.Content) {
			if lock, err := kit.ParseLock(side); err == nil {
				for _, e := range lock.Files {
					paths = append(paths[:len(paths):len(paths)], e.Path)
				}
			}
		}
	}
	for _, p := range paths {
		if !fs.ValidPath(p) || kit.OwnerOf(p) != kit.Build || ignored(p, ignore) {
			continue
		}
		if err := s.addBeside(dir, p); err != nil {
			return nil, err
		}
	}
	s.readLock()
	return s, nil
}

// addBeside adds a file, if there is one and no link leads to its folder.
func (s *State) addBeside(dir, rel string) error {
	at := dir
	parts := strings.Split(rel, "/")
	for i, part := range parts {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case i < len(parts)-1 && !info.IsDir():
			return nil // Write says what is in the way
		case i == len(parts)-1:
			if info.IsDir() {
				return nil // the same
			}
			return s.add(rel, at, fs.FileInfoToDirEntry(info))
		}
	}
	return nil
}

// Kept lists the paths that a kit in a folder leaves to the user (see kit.Elsewhere), each with the files there that omegagen
// hasn't written. A Compose file of any name takes the place of the kit's, because Compose reads one of them, or both.
func Kept(dir string) (map[string][]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	s, err := ReadBeside(dir, nil, nil)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, e := range entries {
		name := e.Name()
		path := name
		if slices.Contains(kit.ComposeNames, name) {
			path = kit.ComposePath
		}
		if _, ok := kit.Elsewhere(path); !ok {
			continue
		}
		ours, err := s.isOurs(filepath.Join(dir, name), e)
		if err != nil {
			return nil, err
		}
		if ours {
			continue
		}
		out[path] = append(out[path], name)
		if image, ok := strings.CutPrefix(path, kit.DockerfilePath("")); ok { // BuildKit finds the ignore file beside the Dockerfile
			image = strings.TrimSuffix(image, strings.TrimPrefix(kit.DockerIgnorePath(""), kit.DockerfilePath("")))
			for _, p := range []string{kit.DockerfilePath(image), kit.DockerIgnorePath(image)} {
				out[p] = out[p][:len(out[p]):len(out[p])]
			}
		}
	}
	return out, nil
}

// isOurs reports whether omegagen has written a file, even if somebody edited it or the lock file is gone: then Foreign
// says so. Whoever removes the header has made it a file of their own.
func (s *State) isOurs(name string, e fs.DirEntry) (bool, error) {
	if !e.Type().IsRegular() {
		return false, nil
	}
	content, err := os.ReadFile(name)
	return kit.HasHeader(content) || s.written(e.Name(), content), err
}
