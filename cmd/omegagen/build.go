package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/store"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	lintsql "github.com/omegagen/omegagen/lint/sql"
	"github.com/omegagen/omegagen/planner"
	templatesql "github.com/omegagen/omegagen/templates/sql"
)

type buildFlags struct {
	manifestFlags
	out                string
	check, diff, force bool
	acceptPaths        bool
	replaceSource      bool
}

func (a *app) buildCommand() *cobra.Command {
	var f buildFlags
	cmd := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Compile the manifest into a kit",
		Long: strings.TrimSpace(`
Compile the manifest in DIR (default: the current folder) into a deployment kit.

Before anything is written, every file is checked with the parser of the program
that reads it. The kit is written completely or not at all: the next build
finishes an interrupted write, and until then deploy.sh refuses to run. If the
folder contains files that were edited by hand, or that omegagen did not write,
build lists them and writes nothing. With --force it overwrites the edited files
and leaves the others alone.

The kit may lie in the manifest's own folder (-o DIR), beside other files. Where
you have a .gitignore, .gitattributes, docker-compose.yml, Dockerfile.NAME,
PLAN.md, RUNBOOK.md or .env.example, it stays, and build says where the kit's
file is instead. --replace-source puts the kit's docker-compose.yml in the place
of the Compose file that was imported.`),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runBuild(dirArg(args), &f) },
	}
	f.register(cmd)
	f.registerAdvice(cmd)
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "`folder` of the kit (default: generated in DIR)")
	cmd.Flags().BoolVar(&f.check, "check", false, "write nothing; exit with status 3 if the kit on disk differs from the compiled one")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "print the changes as a unified diff")
	cmd.Flags().BoolVar(&f.force, "force", false, "overwrite files that were edited by hand")
	cmd.Flags().BoolVar(&f.replaceSource, "replace-source", false, "replace the Compose files in the kit's folder, if the manifest says what they say")
	cmd.MarkFlagsMutuallyExclusive("check", "replace-source")
	cmd.Flags().BoolVar(&f.acceptPaths, "accept-paths", false, "accept that the paths of a kit by an older omegagen were relative to the kit's folder")
	return cmd
}

func (a *app) runBuild(dir string, f *buildFlags) error {
	out := f.out
	if out == "" {
		out = filepath.Join(dir, defaultKit)
	}
	in, done, err := a.inputFor(dir, out, &f.manifestFlags)
	if err != nil {
		return err
	}
	defer func() { _ = done() }() // what was read is closed
	d, err := destinationOf(f, in.Kit, out)
	if err != nil {
		return failure{err}
	}
	in.Kit.Kept = d.paths()
	c, err := compile(in, planner.Options{}, f.levels.Levels)
	c.report(former(c, out))
	if err = a.finish(c, &f.manifestFlags, err); err != nil {
		return a.reportBuild(f, c, d, nil, err)
	}
	if f.check {
		return a.checkKit(f, c, d)
	}
	if err := a.source(d, dir, c); err != nil {
		return a.reportBuild(f, c, d, nil, failure{err})
	}
	changes, err := a.writeKit(f, c, d)
	return a.reportBuild(f, c, d, changes, err)
}

// former reports what databases with the schemas of the kit in the folder, which is about to be
// replaced, can't be changed to.
func former(c *compiled, out string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, a := range c.kit {
		doc, ok := a.Doc.(*templatesql.Doc)
		if !ok {
			continue
		}
		if was, err := os.ReadFile(filepath.Join(out, a.Path)); err == nil && !bytes.Equal(was, a.Content) {
			diags = append(diags, lintsql.CheckFormer(doc.Database, string(was))...)
		}
	}
	return diags
}

// checkKit compares the kit on disk with the compiled one, in memory.
func (a *app) checkKit(f *buildFlags, c *compiled, d *destination) error {
	s, err := d.read(c)
	if err != nil {
		return a.reportBuild(f, c, d, nil, failure{err})
	}
	changes := d.compare(s, c)
	if f.diff && !f.json {
		a.printDiff(changes)
	}
	if len(changes) > 0 {
		return a.reportBuild(f, c, d, changes, exitStatus(exitDrift))
	}
	return a.reportBuild(f, c, d, changes, nil)
}

// writeKit writes the changed files to the folder and returns the changes.
func (a *app) writeKit(f *buildFlags, c *compiled, d *destination) ([]store.Change, error) {
	out := d.out
	w, rolled, err := store.Open(out)
	if err != nil {
		return nil, failure{err}
	}
	defer w.Close()
	if rolled {
		fmt.Fprintf(a.stderr, "Finished an interrupted write of %s.\n", out)
	}
	s, err := d.read(c)
	if err != nil {
		return nil, failure{err}
	}
	if !f.acceptPaths {
		if err := checkMeaning(s, c.manifest, out); err != nil {
			return nil, failure{err}
		}
	}
	changes := d.compare(s, c)
	foreign := slices.DeleteFunc(s.Foreign(changes), func(c store.Change) bool { return d.mayWrite(s, c, f.force) })
	if len(foreign) > 0 {
		return nil, failure{foreignError(d, s, foreign)}
	}
	changes = ownChanges(d, s, changes)
	if f.diff && !f.json {
		a.printDiff(changes)
	}
	if err := w.Write(c.kit, changes); err != nil {
		return nil, failure{fmt.Errorf("can't write the kit to %s: %w", out, err)}
	}
	return changes, nil
}

// ownChanges filters out files that omegagen neither wrote nor writes now.
func ownChanges(d *destination, s *store.State, changes []store.Change) []store.Change {
	var own []store.Change
	for _, c := range changes {
		if _, replaced := d.replaced[c.Path]; c.Kind == store.Orphaned && !replaced && !s.Known(c.Path) && c.Path != kit.LockPath {
			continue
		}
		own = append(own, c)
	}
	return own
}

func foreignError(d *destination, s *store.State, foreign []store.Change) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s contains files that omegagen did not write; nothing was changed:\n", d.out)
	for _, c := range foreign {
		what := "edited by hand"
		if !s.Known(c.Path) {
			what = "not part of the kit"
			if c.Kind != store.Orphaned {
				what = "at the path of a generated file"
			}
		}
		fmt.Fprintf(&b, "  %s (%s)\n", c.Path, what)
	}
	if d.beside && slices.ContainsFunc(foreign, func(c store.Change) bool { return !s.Known(c.Path) && !kit.HasHeader(c.Old) }) {
		b.WriteString("Your own files are never overwritten here. Rename them, or build the kit into a folder of its own, as in -o generated; --replace-source replaces those that omegagen import read. ")
	}
	b.WriteString("Move your edits into the manifest, and other files elsewhere; --force overwrites edited files and leaves the others alone")
	return errors.New(b.String())
}

// bindSources are the paths in the kit's folder that containers write to; they are not part of the
// kit.
func bindSources(m *manifest.Manifest) []string {
	var out []string
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, mount := range i.Mounts {
				if mount.Bind != "" && !mount.Copied && !filepath.IsAbs(mount.Bind) {
					out = append(out, filepath.ToSlash(filepath.Clean(mount.Bind)))
				}
			}
		}
	}
	return out
}

func (a *app) printDiff(changes []store.Change) {
	for _, c := range changes {
		from, to := "a/"+c.Path, "b/"+c.Path
		if c.Old == nil {
			from = "/dev/null"
		}
		if c.New == nil {
			to = "/dev/null"
		}
		_, _ = a.stdout.Write(diff.Diff(from, c.Old, to, c.New))
	}
}

// buildReport is the answer of build --json.
type buildReport struct {
	FormatVersion string          `json:"format_version"`
	System        string          `json:"system"`
	Out           string          `json:"out"`
	Check         bool            `json:"check"`
	Files         int             `json:"files"`
	Changes       []buildChange   `json:"changes"`
	Kept          []keptFile      `json:"kept,omitempty"` // files of the user at paths of the kit
	Error         *string         `json:"error"`
	Diagnostics   json.RawMessage `json:"diagnostics"`
	Suppressed    []diag.JSON     `json:"suppressed,omitempty"` // by ignore blocks
}

type buildChange struct {
	Path string     `json:"path"`
	Kind store.Kind `json:"kind"` // missing, changed, orphaned: the state before the write
}

// reportBuild prints what was done or found, and returns the error.
func (a *app) reportBuild(f *buildFlags, c *compiled, d *destination, changes []store.Change, err error) error {
	if f.json {
		return a.buildJSON(f, c, d, changes, err)
	}
	if err != nil && !errors.As(err, new(exitStatus)) {
		return err
	}
	out := d.out
	if err == nil || f.check {
		for _, k := range d.keptFiles(c) {
			fmt.Fprintf(a.stdout, "kept    %s (yours: %s)\n", filepath.Join(out, filepath.FromSlash(k.Path)), k)
		}
	}
	switch {
	case f.check:
		for _, ch := range changes {
			fmt.Fprintf(a.stdout, "%-8s %s\n", ch.Kind, ch.Path)
		}
		if len(changes) == 0 && err == nil {
			fmt.Fprintf(a.stdout, "%s is up to date (%s).\n", out, text.Count(len(c.kit), "file"))
		}
	case err == nil && !f.diff:
		a.printWritten(c.kit, changes, out)
	}
	return err
}

func (a *app) printWritten(files []kit.Artifact, changes []store.Change, out string) {
	if len(changes) == 0 {
		fmt.Fprintf(a.stdout, "%s is up to date (%s).\n", out, text.Count(len(files), "file"))
		return
	}
	for _, c := range changes {
		verb := map[store.Kind]string{store.Missing: "wrote", store.Changed: "changed", store.Orphaned: "removed"}[c.Kind]
		fmt.Fprintf(a.stdout, "%-7s %s\n", verb, filepath.Join(out, filepath.FromSlash(c.Path)))
	}
}

func (a *app) buildJSON(f *buildFlags, c *compiled, d *destination, changes []store.Change, err error) error {
	r := buildReport{FormatVersion: "1.0", Out: d.out, Check: f.check, Changes: []buildChange{}, Kept: d.keptFiles(c), Diagnostics: c.diagnosticsJSON(), Suppressed: c.suppressedJSON()}
	if c.manifest != nil && c.manifest.System != nil {
		r.System = c.manifest.System.Name
	}
	r.Files = len(c.kit)
	for _, ch := range changes {
		r.Changes = append(r.Changes, buildChange{ch.Path, ch.Kind})
	}
	var fail failure
	if errors.As(err, &fail) {
		text := fail.Error()
		r.Error = &text
		err = exitStatus(exitError)
	}
	if werr := writeJSON(a.stdout, r); werr != nil {
		return failure{werr}
	}
	return err
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
