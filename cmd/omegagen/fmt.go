package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/format"
)

type fmtFlags struct{ check, diff, json bool }

func (a *app) fmtCommand() *cobra.Command {
	var f fmtFlags
	cmd := &cobra.Command{
		Use:   "fmt [PATH…]",
		Short: "Rewrite manifests in canonical style",
		Long: strings.TrimSpace(`
Rewrite the *.hcl files of each PATH (a file or a folder; default: the current
folder) in canonical style, and print the names of the changed files. With
--check nothing is written, and the exit code is 3 if a file is not canonical.`),
		RunE: func(_ *cobra.Command, args []string) error { return a.runFmt(args, &f) },
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "write nothing; exit with status 3 if a file is not canonical")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "print the changes as a unified diff")
	cmd.Flags().BoolVar(&f.json, "json", false, "print JSON to standard output")
	return cmd
}

func (a *app) runFmt(paths []string, f *fmtFlags) error {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	files, err := manifestFiles(paths)
	if err != nil {
		return failure{err}
	}
	var diags hcl.Diagnostics
	sources := map[string]*hcl.File{}
	changed := []string{}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return failure{err}
		}
		out, d := format.Format(name, src)
		sources[name] = &hcl.File{Bytes: src}
		diags = append(diags, d...)
		if d.HasErrors() || string(out) == string(src) {
			continue
		}
		changed = append(changed, name)
		if !f.json {
			fmt.Fprintln(a.stdout, name)
		}
		if f.diff && !f.json {
			_, _ = a.stdout.Write(diff.Diff("a/"+name, src, "b/"+name, out))
		}
		if !f.check {
			if err := replaceFile(name, out); err != nil {
				return failure{err}
			}
		}
	}
	if err := a.reportFmt(f, changed, sources, diag.Sort(diags)); err != nil {
		return failure{err}
	}
	if diags.HasErrors() {
		return exitStatus(exitError)
	}
	if f.check && len(changed) > 0 {
		return exitStatus(exitDrift)
	}
	return nil
}

// reportFmt reports errors; with --json, also which files were (or, with --check, are) not canonical.
func (a *app) reportFmt(f *fmtFlags, changed []string, sources map[string]*hcl.File, diags hcl.Diagnostics) error {
	if !f.json {
		return diag.Write(a.stderr, sources, diags, a.style())
	}
	return writeJSON(a.stdout, struct {
		FormatVersion string      `json:"format_version"`
		Check         bool        `json:"check"`
		Changed       []string    `json:"changed"`
		Diagnostics   []diag.JSON `json:"diagnostics"`
	}{"1.0", f.check, changed, diag.JSONList(sources, diags)})
}

// manifestFiles lists the files of the paths, each once, by name.
func manifestFiles(paths []string) ([]string, error) {
	seen := map[string]bool{}
	for _, p := range paths {
		fi, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !fi.IsDir() {
			seen[filepath.Clean(p)] = true
			continue
		}
		entries, err := os.ReadDir(p)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.IsDir() && strings.HasSuffix(e.Name(), ".hcl") {
				seen[filepath.Join(p, e.Name())] = true
			}
		}
	}
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	sort.Strings(out)
	return out, nil
}

// replaceFile replaces the content of a file atomically and keeps its mode.
func replaceFile(name string, content []byte) error {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	fi, err := os.Stat(real)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(real), ".fmt-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(fi.Mode().Perm())
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), real)
	}
	if err != nil {
		if rerr := os.Remove(tmp.Name()); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}
