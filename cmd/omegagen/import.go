package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/importer"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/policy"
)

type importFlags struct {
	out      string
	envFiles []string
	name     string
	faithful bool
	keep     bool
}

func (a *app) importCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import [FILE…]",
		Short: "Write a manifest from Compose files",
		Long: strings.TrimSpace(`
Write a manifest from Compose files; later ones override earlier ones. Without
FILE, the files are those that docker compose finds in the current folder. They
are read as Compose reads them, with what they include and extend, and all
profiles. Variables have the values of .env, not those of the environment.

The kit of the manifest is then compared with the files: import lists what
differs by choice, and what the manifest doesn't have, with its place.
--faithful chooses nothing. The exit code is 3 if something is lost.`),
		RunE: func(_ *cobra.Command, args []string) error { return a.runImport(args, &f) },
	}
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "`folder` of the manifest (default: that of the first file)")
	cmd.Flags().StringArrayVar(&f.envFiles, "env-file", nil, "take the values of variables from a `file` instead of .env (repeatable)")
	cmd.Flags().StringVar(&f.name, "name", "", "`name` of the system (default: the Compose project's)")
	cmd.Flags().BoolVar(&f.faithful, "faithful", false, "choose nothing: no defaults of ours, the names that Compose gives")
	cmd.Flags().BoolVar(&f.keep, "keep-dockerfiles", false, "refer to Dockerfiles instead of writing them as stages")
	return cmd
}

func (a *app) runImport(files []string, f *importFlags) error {
	s, err := importer.Load(importer.Options{Files: files, EnvFiles: f.envFiles, Out: f.out, Name: f.name, Faithful: f.faithful, KeepDockerfiles: f.keep})
	if err != nil {
		return failure{err}
	}
	out := f.out
	if out == "" {
		out = nearby(filepath.Dir(s.Files[0]))
	}
	if err := noManifest(out, "import"); err != nil {
		return failure{err}
	}
	r, err := a.importDraft(s)
	if err != nil {
		return failure{err}
	}
	if r.diags.HasErrors() {
		sources := map[string]*hcl.File{initName: {Bytes: r.manifest}}
		if err := diag.Write(a.stderr, sources, r.diags, a.style()); err != nil {
			return failure{err}
		}
		return failure{errors.New("no valid manifest can be made of these files; please report this")}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return failure{err}
	}
	name := filepath.Join(out, initName)
	if err := writeNew(name, r.manifest); err != nil {
		return failure{err}
	}
	return a.reportImport(r, name)
}

// imported is the result of an import.
type imported struct {
	draft       *importer.Draft
	manifest    []byte
	diags       hcl.Diagnostics
	differences []importer.Difference
	losses      []importer.Loss
	missing     []importer.Loss // paths that the files name and that aren't there
}

// importRounds is how often a draft may be written: each round takes away what the language refuses.
const importRounds = 30

// importDraft writes drafts until one is valid, and compares its kit with the source.
func (a *app) importDraft(s *importer.Source) (*imported, error) {
	d := s.Draft()
	var folded *imported
	for range importRounds {
		r := &imported{draft: d, manifest: d.Bytes(), missing: d.Missing()}
		c := read(loader.Input{FS: manifestIn{oneFile(r.manifest), os.DirFS(s.Folder())}, Ignored: ignored(s.Folder()), Kit: loader.KitPlace{Path: defaultKit, Back: ".."},
			LookupEnv: func(string) (string, bool) { return "", false }}, policy.Levels{})
		if c.whole && !c.diags.HasErrors() {
			c.files()
		}
		r.diags = c.diags
		if c.diags.HasErrors() {
			if d.Repair(r.manifest, c.diags) {
				continue
			}
			return r, nil
		}
		if d.Conceal(r.manifest, c.diags) {
			continue
		}
		if d.CheckDockerfiles(func(image string) []byte { return kitFile(c, kit.DockerfilePath(image)) }) {
			continue
		}
		if d.CheckPrometheus(func(path string) []byte { return kitFile(c, path) }) {
			continue
		}
		var err error
		for _, file := range c.kit {
			if file.Path == kit.ComposePath {
				r.differences, r.losses, err = d.Compare(file.Content)
			}
		}
		if err == nil && len(r.losses) > 0 && d.Unfold() {
			folded = r // what that lost may not be lost otherwise
			continue
		}
		if folded != nil && err == nil && len(r.losses) >= len(folded.losses) {
			return folded, nil
		}
		return r, err
	}
	return nil, fmt.Errorf("the manifest is still invalid after %d corrections; please report this", importRounds)
}

// kitFile is the content of a file of the kit, nil if it has none.
func kitFile(c *compiled, path string) []byte {
	for _, f := range c.kit {
		if f.Path == path {
			return f.Content
		}
	}
	return nil
}

func (a *app) reportImport(r *imported, name string) error {
	fmt.Fprintf(a.stdout, "Wrote %s.\n", name)
	for i, d := range r.differences {
		if i == 0 {
			fmt.Fprintln(a.stdout, "\nDifferent by choice:")
		}
		fmt.Fprintf(a.stdout, "  %s (%s): %s\n", d.Name, shortList(d.Where), d.Reason)
	}
	a.listLosses("Not in the manifest", r.losses)
	a.listLosses("Named in the files, but not there", r.missing)
	if len(r.losses)+len(r.missing) > 0 {
		return exitStatus(exitDrift)
	}
	fmt.Fprintf(a.stdout, "\nNext: omegagen build %s\n", filepath.Dir(name))
	return nil
}

// listLosses lists losses below a heading.
func (a *app) listLosses(heading string, losses []importer.Loss) {
	for i, l := range losses {
		if i == 0 {
			fmt.Fprintf(a.stderr, "\n%s:\n", heading)
		}
		fmt.Fprintf(a.stderr, "  %s: %s: %s\n", l.Place, l.What, l.Why)
	}
}

// nearby is a folder as seen from the current one, if it is inside of that.
func nearby(dir string) string {
	here, err := os.Getwd()
	if err != nil {
		return dir
	}
	rel, err := filepath.Rel(here, dir)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return dir
	}
	return rel
}

// shownNames is how many names of a list are shown.
const shownNames = 6

func shortList(names []string) string {
	if len(names) <= shownNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shownNames-1], ", "), len(names)-shownNames+1)
}

// noManifest is an error if a folder has a manifest, which a command would add to.
func noManifest(dir, command string) error {
	there, err := filepath.Glob(filepath.Join(globEscape(dir), "*.hcl"))
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fmt.Errorf("%s already contains a manifest (%s); %s writes only to a folder without one", dir, filepath.Base(there[0]), command)
	}
	return nil
}

// writeNew writes a file that doesn't exist.
func writeNew(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		if rerr := os.Remove(name); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}
