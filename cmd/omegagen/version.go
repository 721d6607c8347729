package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// version is the tool's version: a constant of the source, so that every
// build of the same source writes the same lock file.
const version = "0.1.0"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(a.stdout, "omegagen "+version)
			return nil
		},
	}
}
