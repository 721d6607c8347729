package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/spec"
	"github.com/omegagen/omegagen/internal/text"
)

func (a *app) docsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "docs [BLOCK]",
		Long: strings.TrimSpace(`
Print the reference of the manifest language, or of one block: of its type, or
of a path such as service.port. A terminal gets the arguments as a list, and the
whole reference, or what isn't read on a terminal, is Markdown.`),
		Short:     "Print the reference of the language, or of one block",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: spec.Paths(),
		RunE: func(_ *cobra.Command, args []string) error {
			reference := spec.Markdown()
			if len(args) == 1 {
				var ok bool
				if a.outWidth > 0 {
					reference, ok = spec.Terminal(args[0], a.outWidth)
				} else {
					reference, ok = spec.Block(args[0])
				}
				if !ok {
					return noBlock(args[0])
				}
			}
			if _, err := io.WriteString(a.stdout, reference); err != nil {
				return failure{err}
			}
			return nil
		},
	}
}

// noBlock is the error for a name that no block has, or several.
func noBlock(name string) error {
	var nested []string
	for _, p := range spec.Paths() {
		if strings.HasSuffix(p, "."+name) {
			nested = append(nested, p)
		}
	}
	if len(nested) > 0 {
		return fmt.Errorf("several blocks are called %q; use %s", name, strings.Join(nested, " or "))
	}
	hint, _ := text.DidYouMean(name, spec.Paths())
	return fmt.Errorf("there is no block %q.%s The blocks are %s", name, hint, strings.Join(spec.Types(), ", "))
}
