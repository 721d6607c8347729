package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/gitignore"
	"github.com/omegagen/omegagen/cmd/omegagen/internal/importer"
	"github.com/omegagen/omegagen/cmd/omegagen/internal/store"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

// destination is the folder of a kit, and the files of the user in it.
type destination struct {
	out    string
	beside bool                // the manifest is in the folder too, so other files may be
	kept   map[string][]string // paths of the kit at which the user has files, and these
	// replaced are the user's Compose files that the kit's replaces: their checksums by path in the folder.
	replaced map[string]string
}

// destinationOf looks at a folder before a kit is compiled for it.
func destinationOf(f *buildFlags, place loader.KitPlace, out string) (*destination, error) {
	d := &destination{out: out, beside: place.Back != ".." && !strings.HasPrefix(place.Back, "../") && !path.IsAbs(place.Back) && filepath.VolumeName(place.Back) == ""}
	if !d.beside {
		if f.replaceSource {
			return nil, fmt.Errorf("--replace-source is for a kit in the folder of the Compose file: omegagen build DIR -o DIR --replace-source; %s is another folder", out)
		}
		return d, nil
	}
	kept, err := store.Kept(out)
	if err != nil {
		return nil, err
	}
	d.kept = kept
	if _, ok := kept[kit.ComposePath]; ok && f.replaceSource {
		delete(d.kept, kit.ComposePath)
		d.replaced = map[string]string{}
	}
	return d, nil
}

// paths are the paths of the kit that it leaves to the user.
func (d *destination) paths() manifest.KeptPaths { return slices.Sorted(maps.Keys(d.kept)) }

// read reads the kit on disk.
func (d *destination) read(c *compiled) (*store.State, error) {
	if !d.beside {
		return store.Read(d.out, bindSources(c.manifest))
	}
	var paths []string
	for _, a := range c.kit {
		paths = append(paths, a.Path)
	}
	for p := range d.replaced {
		paths = append(paths, p)
	}
	return store.ReadBeside(d.out, paths, nil)
}

// compare lists the differences between the kit on disk and the compiled one, without what stays the user's.
func (d *destination) compare(s *store.State, c *compiled) []store.Change {
	return slices.DeleteFunc(s.Compare(c.kit), func(ch store.Change) bool {
		for _, names := range d.kept {
			if slices.Contains(names, ch.Path) {
				return true
			}
		}
		return false
	})
}

// mayWrite reports whether --force, or --replace-source, allows a change of what omegagen didn't write.
func (d *destination) mayWrite(s *store.State, c store.Change, force bool) bool {
	if sum, ok := d.replaced[c.Path]; ok && sum == kit.Sum(c.Old) {
		return true
	}
	return force && (!d.beside || s.Known(c.Path) || kit.HasHeader(c.Old))
}

// keptFile is a file of the user at the path of a file of the kit.
type keptFile struct {
	Path    string `json:"path"`
	Instead string `json:"instead"`        // where the kit's is; "" if it isn't written
	Hint    string `json:"hint,omitempty"` // what the user's file should have
}

// keptFiles lists the files of the user to which the kit yields.
func (d *destination) keptFiles(c *compiled) []keptFile {
	var out []keptFile
	for _, p := range d.paths() {
		other, _ := kit.Elsewhere(p)
		if other != "" && !slices.ContainsFunc(c.kit, func(a kit.Artifact) bool { return a.Path == other }) {
			continue
		}
		for _, name := range d.kept[p] {
			f := keptFile{Path: name, Instead: other}
			if p == kit.GitIgnorePath {
				f.Hint = d.unignored()
			}
			out = append(out, f)
		}
	}
	return out
}

// unignored says which of the files that deploy.sh writes git doesn't ignore; "" if it ignores all.
func (d *destination) unignored() string {
	real, err := realPath(d.out)
	if err != nil {
		return ""
	}
	r, err := gitignore.Open(real)
	if err != nil {
		return ""
	}
	var missing []string
	for _, name := range []string{kit.EnvPath, kit.EnvPath + ".new"} {
		if !r.Ignored(filepath.Join(real, name)) {
			missing = append(missing, "/"+name)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "add " + text.List(missing) + " to it: deploy.sh writes secrets there"
}

// String is the line of a report.
func (f keptFile) String() string {
	what := "the kit's isn't written"
	if f.Instead != "" {
		what = "the kit's is " + f.Instead
	}
	if f.Hint != "" {
		what += "; " + f.Hint
	}
	return what
}

// source finds the Compose files that --replace-source replaces. They must say what the kit's file says, but for the
// differences that import chooses: so nothing is lost that isn't in the manifest.
func (a *app) source(d *destination, dir string, c *compiled) error {
	if d.replaced == nil {
		return nil
	}
	s, err := importer.Load(importer.Options{Dir: d.out, Out: dir, Kit: d.out, Name: c.manifest.System.Name})
	if err != nil {
		return fmt.Errorf("can't read the Compose file that --replace-source replaces: %w", err)
	}
	real, err := realPath(d.out)
	if err != nil {
		return err
	}
	for _, name := range s.Files {
		at, err := realPath(filepath.Dir(name))
		if err != nil {
			return err
		}
		info, err := os.Lstat(name)
		if err != nil {
			return err
		}
		if at != real || !info.Mode().IsRegular() {
			return fmt.Errorf("--replace-source replaces regular files in %s, and %s isn't one; nothing was changed", d.out, name)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		d.replaced[filepath.Base(name)] = kit.Sum(content)
	}
	r, err := a.importDraft(s)
	if err != nil {
		return err
	}
	if r.diags.HasErrors() {
		return fmt.Errorf("%s can't be imported, so it isn't replaced: omegagen import says why", strings.Join(s.Files, ", "))
	}
	_, losses, err := r.draft.Compare(kitFile(c, kit.ComposePath))
	if err != nil {
		return err
	}
	if len(losses) == 0 {
		return d.replacePrometheus(r, c)
	}
	var b strings.Builder
	for _, l := range losses {
		fmt.Fprintf(&b, "  %s: %s: %s\n", l.Place, l.What, l.Why)
	}
	return fmt.Errorf("the manifest doesn't say what %s says, so it isn't the file that was imported; nothing was changed:\n%sMake the manifest say the same, or, if it is right as it is, remove the file yourself and build again", strings.Join(s.Files, ", "), b.String())
}

// replacePrometheus adds the files of Prometheus that import made blocks of, where they are at the paths of the kit's.
func (d *destination) replacePrometheus(r *imported, c *compiled) error {
	files, err := r.draft.ReplacedPrometheus(func(path string) []byte { return kitFile(c, path) })
	if err != nil {
		return fmt.Errorf("the manifest doesn't say what the Prometheus files say, so they aren't those that were imported; nothing was changed:\n  %w\nMake the manifest say the same, or, if it is right as it is, remove the files yourself and build again", err)
	}
	for _, own := range []string{kit.PrometheusConfigPath, kit.PrometheusRulesPath} {
		there, err := os.Stat(filepath.Join(d.out, filepath.FromSlash(own)))
		if err != nil {
			continue
		}
		for _, name := range files {
			if info, err := os.Stat(name); err != nil || !os.SameFile(info, there) {
				continue
			}
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			d.replaced[own] = kit.Sum(content)
		}
	}
	return nil
}
