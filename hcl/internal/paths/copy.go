package paths

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

var ruleCopy = diag.Error("OG172", "The kit can't have a copy",
	"With copy = true, a read-only mount is of files that the kit has copies of. They must be in the manifest's folder, at most 1 MiB each, and nothing that git ignores, an env_file or a private key.")

// Of what a mount shows, the kit has at most so much.
const (
	maxCopy  = 1 << 20 // bytes of a file
	maxFiles = 1000
	maxTotal = 16 << 20
)

// Mount is a mount that may be of copies.
type Mount struct {
	*manifest.Mount
	Address string    // of the service
	Path    string    // as the manifest has it
	Range   hcl.Range // of the path
	Must    hcl.Range // of copy = true; the zero value: the kit has copies if it can
	Never   bool      // copy = false
}

// Copy puts what services mount read-only into the kit, unless something writes there or the kit can't
// have it. It runs when every block is decoded.
func Copy(p *lang.Evaluation, mounts []Mount) {
	c := &copier{p: p, read: map[string]*copies{}, files: map[string]*manifest.MountedFile{}, copied: map[place]bool{}, why: map[place]string{}}
	for _, u := range p.Manifest.Paths {
		switch {
		case u.Use == manifest.ComposePath:
			c.envFiles = append(c.envFiles, path.Clean(u.Written))
		case u.Use == manifest.BindPath && (u.Made || !slices.ContainsFunc(mounts, func(m Mount) bool { return m.Range == u.Range && m.ReadOnly })):
			c.written = append(c.written, path.Clean(u.Written))
		}
	}
	refused := map[hcl.Range]bool{}
	for _, m := range mounts {
		why := c.mount(m)
		if why != "" && why != notThere && m.Must != (hcl.Range{}) && !refused[m.Must] {
			refused[m.Must] = true
			p.Errorf(ruleCopy, m.Must, "The kit can't have a copy of %q: %s. Without copy = true, the kit refers to the path, and PLAN.md lists it among what a copy of the kit needs too.", m.Path, why)
		}
	}
	c.finish()
}

type copier struct {
	p        *lang.Evaluation
	read     map[string]*copies // by path
	files    map[string]*manifest.MountedFile
	copied   map[place]bool
	why      map[place]string
	envFiles []string // what Compose reads
	written  []string // where containers or actions write
}

const (
	notInFolder = "it isn't in the manifest's folder"
	notThere    = "there is nothing" // which is reported as such
)

// place is a path at a range; instances of a block have several at one.
type place struct {
	at   hcl.Range
	path string
}

// copies are the files at a path, or why the kit can't have them.
type copies struct {
	files []*manifest.MountedFile
	why   string
}

// mount makes a mount one of copies. If it can't be one, it stays as it is, and the result is the reason.
func (c *copier) mount(m Mount) string {
	clean := path.Clean(m.Path)
	why := ""
	switch {
	case !m.ReadOnly:
		why = "the mount isn't read-only"
	case m.Never:
		why = "copy is false"
	case !isRelative(m.Path, manifest.BindPath) || manifest.HasParameter(m.Path) || clean == ".." || strings.HasPrefix(clean, "../"):
		why = notInFolder
	case m.MadeBy != nil:
		why = m.MadeBy.Action.Address + " makes it"
	case m.Propagation != "" || m.Recursive != "":
		why = "what is mounted inside it counts, too"
	case c.p.InKit(clean) != "":
		return "" // it is in the kit's folder already
	case slices.ContainsFunc(c.written, func(w string) bool { return manifest.Inside(w, clean) || manifest.Inside(clean, w) }):
		why = "another mount may write there, or it may be missing"
	}
	if why == "" {
		found := c.read[clean]
		if found == nil {
			found = c.look(clean)
			c.read[clean] = found
		}
		why = found.why
	}
	if why != "" {
		if m.ReadOnly && why != notInFolder && why != notThere {
			c.why[place{m.Range, m.Path}] = why
		}
		return why
	}
	for _, f := range c.read[clean].files {
		have := c.files[f.Path]
		if have == nil {
			have = f
			have.Range = m.Range
			c.files[f.Path] = have
		}
		if !slices.Contains(have.Mounts, m.Address) {
			have.Mounts = append(have.Mounts, m.Address)
		}
	}
	m.Bind, m.Copied, m.Create = "./"+kit.MountedPath(clean), true, false
	c.copied[place{m.Range, m.Path}] = true
	return ""
}

// finish adds the copies to the model. What is copied is no path outside the kit any more.
func (c *copier) finish() {
	m := c.p.Manifest
	for _, f := range c.files {
		slices.Sort(f.Mounts)
		f.Address = f.Mounts[0]
		m.Mounted = append(m.Mounted, f)
	}
	slices.SortFunc(m.Mounted, func(a, b *manifest.MountedFile) int { return strings.Compare(a.Path, b.Path) })
	m.Paths = slices.DeleteFunc(m.Paths, func(u *manifest.UsedPath) bool {
		return u.Use == manifest.BindPath && c.copied[place{u.Range, u.Written}]
	})
	for _, u := range m.Paths {
		u.Why = c.why[place{u.Range, u.Written}]
	}
}

// look reads the files at a path.
func (c *copier) look(name string) *copies {
	folder := c.p.Folder()
	if folder == nil {
		return &copies{why: notThere}
	}
	for at := name; at != "."; at = path.Dir(at) {
		if info, err := fs.Lstat(folder, at); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return &copies{why: fmt.Sprintf("%q is a symbolic link", at)}
		}
	}
	if name == "." || c.p.InKit(name) != "" || manifest.Inside(c.p.Kit().Path, name) {
		return &copies{why: "the kit is in it"}
	}
	out, total := &copies{}, 0
	empty := map[string]bool{}
	err := fs.WalkDir(folder, name, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if at != name {
			delete(empty, path.Dir(at))
		}
		if d.IsDir() {
			empty[at] = true
			return c.refuse(out, c.folder(folder, at))
		}
		f, why := c.file(folder, at, d)
		if why != "" {
			return c.refuse(out, why)
		}
		out.files = append(out.files, f)
		if total += len(f.Content); total > maxTotal || len(out.files) > maxFiles {
			return c.refuse(out, fmt.Sprintf("it has more than %d files or %d MiB", maxFiles, maxTotal>>20))
		}
		return nil
	})
	switch {
	case out.why != "":
	case errors.Is(err, fs.ErrNotExist):
		out.why = notThere
	case err != nil:
		out.why = "it can't be read: " + err.Error()
	case len(empty) > 0:
		out.why = "it has an empty folder, which a kit can't have"
	}
	return out
}

// refuse ends the walk if there is a reason.
func (c *copier) refuse(out *copies, why string) error {
	if why == "" {
		return nil
	}
	out.why = why
	return fs.SkipAll
}

// folder is why a folder can't be copied.
func (c *copier) folder(folder fs.FS, name string) string {
	for _, mark := range []string{".git", kit.LockPath, kit.StateDir} {
		if _, err := fs.Stat(folder, path.Join(name, mark)); err == nil {
			return fmt.Sprintf("it has %q", path.Join(name, mark))
		}
	}
	return ""
}

var (
	envName = regexp.MustCompile(`(?i)^(.*\.env|\.env\..*)$`)
	keyName = regexp.MustCompile(`(?i)(^id_(rsa|dsa|ecdsa|ed25519)(_sk)?|\.(key|p8|p12|pfx|jks|keystore|kdbx|ppk))$`)
	keyText = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File-|AGE-SECRET-KEY-1`)
)

// file reads one file, or says why it can't be copied.
func (c *copier) file(folder fs.FS, name string, d fs.DirEntry) (f *manifest.MountedFile, why string) {
	base := path.Base(name)
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		return nil, fmt.Sprintf("%q is a symbolic link", name)
	case !d.Type().IsRegular():
		return nil, fmt.Sprintf("%q isn't a regular file", name)
	case envName.MatchString(base) || slices.Contains(c.envFiles, name):
		return nil, fmt.Sprintf("%q is an env_file", name)
	case keyName.MatchString(base):
		return nil, fmt.Sprintf("%q is a private key", name)
	case c.p.Ignored(name):
		return nil, fmt.Sprintf("git ignores %q", name)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) || strings.TrimSpace(base) != base:
		return nil, fmt.Sprintf("the name %q isn't possible on every system", name)
	}
	info, err := d.Info()
	if err != nil {
		return nil, "it can't be read: " + err.Error()
	}
	if info.Size() > maxCopy {
		return nil, fmt.Sprintf("%q is larger than 1 MiB", name)
	}
	content, err := fs.ReadFile(folder, name)
	switch {
	case err != nil:
		return nil, "it can't be read: " + err.Error()
	case len(content) > maxCopy:
		return nil, fmt.Sprintf("%q is larger than 1 MiB", name)
	case keyText.Match(content):
		return nil, fmt.Sprintf("%q has a private key", name)
	}
	return &manifest.MountedFile{Path: name, Content: bytes.Clone(content), Executable: info.Mode()&0o111 != 0}, ""
}
