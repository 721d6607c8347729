package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/spec"
)

func (a *app) docsCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "docs [BLOCK]",
		Short:     "Print the reference of the manifest language, or of one of its blocks",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: spec.Types(),
		RunE: func(_ *cobra.Command, args []string) error {
			text := spec.Markdown()
			if len(args) == 1 {
				var ok bool
				if text, ok = spec.Block(args[0]); !ok {
					return fmt.Errorf("there is no block %q; use one of %s", args[0], strings.Join(spec.Types(), ", "))
				}
			}
			if _, err := io.WriteString(a.stdout, text); err != nil {
				return failure{err}
			}
			return nil
		},
	}
}
