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
		Short: "Print the rules by which a manifest and its kit are checked",
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
				return printRule(a.stdout, rules[0])
			}
			return printReference(a.stdout)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) rulesJSON(rules []*diag.Rule) error {
	type rule struct {
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Definite bool   `json:"definite"` // can't be silenced nor lowered
		Summary  string `json:"summary"`
		Doc      string `json:"doc"`
		Bad      string `json:"bad,omitempty"`  // a manifest that breaks the rule
		Good     string `json:"good,omitempty"` // a similar one that doesn't
	}
	out := []rule{}
	for _, r := range rules {
		out = append(out, rule{r.Code, diag.SeverityName(r.Severity), r.Definite(), r.Summary, r.Doc, r.Bad, r.Good})
	}
	if err := writeJSON(a.stdout, struct {
		FormatVersion string `json:"format_version"`
		Rules         []rule `json:"rules"`
	}{"1.0", out}); err != nil {
		return failure{err}
	}
	return nil
}

// printReference writes all rules as Markdown, after a table of the ranges of their codes:
// docs/rules.md is its output.
func printReference(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Rules\n\nThe rules by which a manifest, its plan and its kit are checked. Codes are stable. This page is the output of `omegagen rules`; `omegagen rules CODE` shows a rule with a manifest that breaks it and one that doesn't. This page shows their difference.\n\nA rule is an error (it fails), a warning (it very likely does what nobody wants) or advice (practice). `ignore` blocks silence rules where they are, and `--strict`, `--error`, `--warn` and `--off` change levels; neither changes those that are definite.\n\n")
	b.WriteString("| codes | subject | package |\n|---|---|---|\n")
	for _, a := range diag.Areas() {
		codes := a.From
		if a.To != a.From {
			codes += "–" + a.To
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", codes, a.Name, a.Package)
	}
	b.WriteByte('\n')
	for i, r := range diag.Rules() {
		if i > 0 {
			b.WriteByte('\n')
		}
		describe(&b, r)
		if r.Bad != "" {
			fmt.Fprintf(&b, "\n```diff\n%s```\n", difference(r.Bad, r.Good))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printRule writes one rule with its manifests in full.
func printRule(w io.Writer, r *diag.Rule) error {
	var b strings.Builder
	describe(&b, r)
	if r.Bad != "" {
		fmt.Fprintf(&b, "\nReported:\n\n```hcl\n%s```\n\nNot reported:\n\n```hcl\n%s```\n", r.Bad, r.Good)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func describe(b *strings.Builder, r *diag.Rule) {
	level := diag.SeverityName(r.Severity)
	if r.Definite() {
		level += ", definite"
	}
	fmt.Fprintf(b, "## %s %s\n\n*%s.* %s\n", r.Code, r.Summary, level, r.Doc)
}

// near is the number of context lines around a changed one.
const near = 3

// difference is a diff of two texts: removed lines are marked -, added ones +, and distant lines are
// omitted.
func difference(before, after string) string {
	a, b := strings.Split(strings.TrimSuffix(before, "\n"), "\n"), strings.Split(strings.TrimSuffix(after, "\n"), "\n")
	lines := edits(a, b)
	shown := make([]bool, len(lines))
	for i, l := range lines {
		if l[0] != ' ' {
			for k := max(i-near, 0); k <= min(i+near, len(lines)-1); k++ {
				shown[k] = true
			}
		}
	}
	var out strings.Builder
	for i, l := range lines {
		switch {
		case shown[i]:
			out.WriteString(strings.TrimRight(l, " ") + "\n")
		case i == 0 || shown[i-1]:
			out.WriteString("  …\n")
		}
	}
	return out.String()
}

// edits are the lines of two texts in order: common lines (a longest common subsequence) with a blank
// in front, others with - or +.
func edits(a, b []string) []string {
	common := make([][]int, len(a)+1) // of the two texts from given lines on
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var out []string
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+a[i])
			i++
		default:
			out = append(out, "+ "+b[j])
			j++
		}
	}
	return out
}
