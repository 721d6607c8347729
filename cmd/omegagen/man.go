package main

import (
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual pages of all commands, for packages. Their date comes from
// SOURCE_DATE_EPOCH, never from the clock, so that the same source gives the same pages.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a folder",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			var seconds int64
			if s, ok := a.lookupEnv("SOURCE_DATE_EPOCH"); ok {
				seconds, _ = strconv.ParseInt(s, 10, 64)
			}
			date := time.Unix(seconds, 0).UTC()
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return failure{err}
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Date: &date, Source: "omegagen " + version, Manual: "omegagen"}, args[0]); err != nil {
				return failure{err}
			}
			return nil
		},
	}
}
