// Package gitignore says which files git ignores, by the rules of gitignore(5): those of .gitignore in each
// folder of the repository, and of its info/exclude. What is only the user's own (core.excludesFile) isn't
// read, and files count as untracked.
package gitignore

import (
	"os"
	"path/filepath"
	"strings"
)

// Repository are the rules of a repository, or of a folder outside of any.
type Repository struct {
	root    string
	exclude []rule // of info/exclude
	read    map[string]*folder
}

type folder struct{ rules []rule }

// Open finds the repository of a folder. Without one, the rules are those of .gitignore in the folder and
// below.
func Open(dir string) (*Repository, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, err
	}
	r := &Repository{root: abs, read: map[string]*folder{}}
	for at := abs; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			r.root = at
			r.exclude = readRules(filepath.Join(gitDir(at), "info", "exclude"))
			return r, nil
		}
		if at == filepath.Dir(at) {
			return r, nil
		}
	}
}

// gitDir is the folder with what all work trees of a repository share.
func gitDir(root string) string {
	dir := filepath.Join(root, ".git")
	text, err := os.ReadFile(dir) // a file in other work trees
	if err != nil {
		return dir
	}
	to, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if !ok {
		return dir
	}
	dir = joined(root, to)
	if common, err := os.ReadFile(filepath.Join(dir, "commondir")); err == nil {
		return joined(dir, strings.TrimSpace(string(common)))
	}
	return dir
}

func joined(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// Ignored reports whether git ignores a file, or a folder that it is in. The name is absolute, without symbolic links;
// of what is outside of the repository, nothing is ignored.
func (r *Repository) Ignored(name string) bool {
	rel, err := filepath.Rel(r.root, name)
	if err != nil {
		return false
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	if parts[0] == ".." {
		return false
	}
	for n := range parts {
		if r.excluded(parts[:n+1], n < len(parts)-1) {
			return true
		}
	}
	return false
}

// excluded reports whether a rule excludes a path, whose folders aren't excluded. The nearest .gitignore with
// a rule for it decides, and the last such rule in it.
func (r *Repository) excluded(parts []string, dir bool) bool {
	for n := len(parts) - 1; n >= 0; n-- {
		if excluded, ok := decide(r.rules(parts[:n]), parts[n:], dir); ok {
			return excluded
		}
	}
	excluded, _ := decide(r.exclude, parts, dir)
	return excluded
}

func decide(rules []rule, parts []string, dir bool) (excluded, ok bool) {
	for i := len(rules) - 1; i >= 0; i-- {
		if rules[i].matches(parts, dir) {
			return !rules[i].include, true
		}
	}
	return false, false
}

// rules are those of .gitignore in a folder.
func (r *Repository) rules(parts []string) []rule {
	name := strings.Join(parts, "/")
	f := r.read[name]
	if f == nil {
		f = &folder{readRules(filepath.Join(r.root, filepath.FromSlash(name), ".gitignore"))}
		r.read[name] = f
	}
	return f.rules
}

func readRules(name string) []rule {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() { // git follows no link here
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return parse(string(text))
}
