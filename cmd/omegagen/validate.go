package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
)

func (a *app) validateCommand() *cobra.Command {
	var f manifestFlags
	cmd := &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Report all errors in a manifest",
		Long:  "Report all errors in the manifest in DIR (default: the current folder): everything that build checks except the search for a plan. What nothing produces needs no search. Nothing is written.",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.runValidate(dirArg(args), &f) },
	}
	f.register(cmd)
	f.registerAdvice(cmd)
	return cmd
}

func (a *app) runValidate(dir string, f *manifestFlags) error {
	c, err := a.load(dir, f)
	if err != nil {
		return err
	}
	if c.whole {
		c.files() // diagnostics that depend on plans are left out
		c.unmet()
		c.needless(false)
	}
	if f.json {
		if err := a.validateJSON(c); err != nil {
			return failure{err}
		}
	}
	err = a.finish(c, f, nil)
	if err == nil && !f.json {
		fmt.Fprintf(a.stdout, "The manifest in %s is valid.\n", dir)
	}
	return err
}

// validateJSON follows terraform validate -json.
func (a *app) validateJSON(c *compiled) error {
	n := diag.Count(diag.Sort(c.diags))
	valid := n.Errors == 0 && c.policy.Fails(c.diags) == 0
	return writeJSON(a.stdout, struct {
		FormatVersion string          `json:"format_version"`
		Valid         bool            `json:"valid"`
		ErrorCount    int             `json:"error_count"`
		WarningCount  int             `json:"warning_count"`
		AdviceCount   int             `json:"advice_count"`
		Diagnostics   json.RawMessage `json:"diagnostics"`
		Suppressed    []diag.JSON     `json:"suppressed,omitempty"` // by ignore blocks
	}{"1.0", valid, n.Errors, n.Warnings, n.Advice, c.diagnosticsJSON(), c.suppressedJSON()})
}
