package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// initManifest is the manifest that init writes. A test builds it.
//
//go:embed init.hcl
var initManifest []byte

const initName = "main.hcl"

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a small working manifest to start with",
		Long:  "Write a small working manifest to start with. A folder that already contains a manifest is not changed.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runInit(dirArg(args))
		},
	}
}

func (a *app) runInit(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return failure{err}
	}
	there, err := filepath.Glob(filepath.Join(globEscape(dir), "*.hcl"))
	if err != nil {
		return failure{err}
	}
	if len(there) > 0 {
		return failure{fmt.Errorf("%s already contains a manifest (%s); init writes only to a folder without one", dir, filepath.Base(there[0]))}
	}
	name := filepath.Join(dir, initName)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return failure{err}
	}
	_, err = f.Write(initManifest)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		if rerr := os.Remove(name); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
		return failure{err}
	}
	fmt.Fprintf(a.stdout, "Wrote %s. Next: omegagen build %s\n", name, dir)
	return nil
}

// globEscape prevents the folder's name from being interpreted as a pattern.
func globEscape(dir string) string {
	out := make([]byte, 0, len(dir))
	for i := range len(dir) {
		switch dir[i] {
		case '*', '?', '[', '\\':
			out = append(out, '\\')
		}
		out = append(out, dir[i])
	}
	return string(out)
}
