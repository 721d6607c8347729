package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
)

func (a *app) rulesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rules [CODE]",
		Short: "Print the rules that a manifest and its kit are checked by",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			rules := diag.Rules()
			if len(args) == 1 {
				rules = nil
				for _, r := range diag.Rules() {
					if strings.EqualFold(r.Code, args[0]) {
						rules = append(rules, r)
					}
				}
				if rules == nil {
					return fmt.Errorf("there is no rule %q", args[0])
				}
			}
			if asJSON {
				return a.rulesJSON(rules)
			}
			return printRules(a.stdout, rules)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer in JSON")
	return cmd
}

func (a *app) rulesJSON(rules []*diag.Rule) error {
	type rule struct {
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Summary  string `json:"summary"`
		Doc      string `json:"doc"`
	}
	out := []rule{}
	for _, r := range rules {
		out = append(out, rule{r.Code, diag.SeverityName(r.Severity), r.Summary, r.Doc})
	}
	if err := writeJSON(a.stdout, out); err != nil {
		return failure{err}
	}
	return nil
}

// printRules writes the rule reference as Markdown: docs/rules.md is its
// output.
func printRules(w io.Writer, rules []*diag.Rule) error {
	var b strings.Builder
	b.WriteString("# Rules\n\nWhat a manifest, its plan and its kit are checked by. Codes are stable. This page is the output of `omegagen rules`.\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "\n## %s %s\n\n*%s.* %s\n", r.Code, r.Summary, diag.SeverityName(r.Severity), r.Doc)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
