package main

import (
	_ "embed"
	"fmt"
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
	if err := noManifest(dir, "init"); err != nil {
		return failure{err}
	}
	name := filepath.Join(dir, initName)
	if err := writeNew(name, initManifest); err != nil {
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
