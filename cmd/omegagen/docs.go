package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/spec"
)

func (a *app) docsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "docs",
		Short: "Print the reference of the manifest language",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := io.WriteString(a.stdout, spec.Markdown()); err != nil {
				return failure{err}
			}
			return nil
		},
	}
}
