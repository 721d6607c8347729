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
			if len(args) == 1 {
				return printRules(a.stdout, rules)
			}
			return printReference(a.stdout)
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
		Bad      string `json:"bad,omitempty"`  // a manifest that breaks the rule
		Good     string `json:"good,omitempty"` // one like it that doesn't
	}
	out := []rule{}
	for _, r := range rules {
		out = append(out, rule{r.Code, diag.SeverityName(r.Severity), r.Summary, r.Doc, r.Bad, r.Good})
	}
	if err := writeJSON(a.stdout, out); err != nil {
		return failure{err}
	}
	return nil
}

// printReference writes all rules as Markdown, behind a table of the ranges of
// their codes: docs/rules.md is its output.
func printReference(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Rules\n\nWhat a manifest, its plan and its kit are checked by. Codes are stable. This page is the output of `omegagen rules`.\n\n")
	b.WriteString("| codes | what they are about | package |\n|---|---|---|\n")
	for _, a := range diag.Areas() {
		codes := a.From
		if a.To != a.From {
			codes += "–" + a.To
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", codes, a.Name, a.Package)
	}
	b.WriteByte('\n')
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	return printRules(w, diag.Rules())
}

// printRules writes a section for each rule.
func printRules(w io.Writer, rules []*diag.Rule) error {
	var b strings.Builder
	for i, r := range rules {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "## %s %s\n\n*%s.* %s\n", r.Code, r.Summary, diag.SeverityName(r.Severity), r.Doc)
		if r.Bad != "" {
			fmt.Fprintf(&b, "\nReported:\n\n```hcl\n%s```\n\nNot reported:\n\n```hcl\n%s```\n", r.Bad, r.Good)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
