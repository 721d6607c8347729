package main

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/policy"
)

// levelFlags are the flags that change the levels of rules.
type levelFlags struct{ policy.Levels }

func (f *levelFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.Strict, "strict", false, "fail if there are warnings")
	cmd.Flags().Var(codes(func(c ...string) error { return f.Set(hcl.DiagError, c...) }), "error", "report the rule as an error: a `CODE` (repeatable)")
	cmd.Flags().Var(codes(func(c ...string) error { return f.Set(hcl.DiagWarning, c...) }), "warn", "report the rule as a warning: a `CODE` (repeatable)")
	cmd.Flags().Var(codes(f.Off), "off", "turn the rule off: a `CODE` (repeatable)")
}

// codes is the value of a flag that takes codes of rules, several with commas between.
type codes func(...string) error

func (c codes) Set(s string) error { return c(strings.Split(s, ",")...) }
func (c codes) String() string     { return "" }
func (c codes) Type() string       { return "CODE" }

// needless reports ignores without effect, if nothing else keeps the rules from being checked. withPlan says that
// what depends on the plan was checked too.
func (c *compiled) needless(withPlan bool) {
	if c.diags.HasErrors() || c.policy == nil {
		return
	}
	kubernetes := c.manifest.Target == manifest.TargetKubernetes
	c.diags = append(c.diags, c.policy.Needless(func(r *diag.Rule) bool {
		return (withPlan || !policy.NeedsPlan(r)) && policy.OfTarget(r, kubernetes)
	})...)
}
