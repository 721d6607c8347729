package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// completions registers the values that shells complete. A manifest with errors completes as far as it could
// be read; nothing is printed about it.
func (a *app) completions(cmd *cobra.Command) {
	flags := map[string]func(dir string) []string{
		"goal":      func(dir string) []string { return a.completed(dir, goalNames) },
		"var":       func(dir string) []string { return a.completed(dir, variableNames) },
		"format":    fixed(graphFormats...),
		"objective": fixed("cost", "makespan"),
		"search":    fixed("astar", "anytime"),
		"heuristic": fixed(heuristics()...),
		"database":  fixed(initDatabases()...),
		"error":     fixed(ruleCodes(func(*diag.Rule) bool { return true })...),
		"warn":      fixed(ruleCodes(lowered)...),
		"off":       fixed(ruleCodes(lowered)...),
	}
	for name, values := range flags {
		if cmd.Flags().Lookup(name) == nil {
			continue
		}
		_ = cmd.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			directive := cobra.ShellCompDirectiveNoFileComp
			if name == "var" { // the value follows
				directive |= cobra.ShellCompDirectiveNoSpace
			}
			return startingWith(values(dirArg(args)), typed), directive
		})
	}
	switch cmd.Name() {
	case "rules":
		cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return startingWith(ruleCodes(func(*diag.Rule) bool { return true }), strings.ToUpper(typed)), cobra.ShellCompDirectiveNoFileComp
		}
	case "explain":
		cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			found := startingWith(a.completed(dirArg(args), addresses), typed)
			if len(args) == 0 && len(found) == 0 { // the first argument may be the folder
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return found, cobra.ShellCompDirectiveNoFileComp
		}
	}
}

func fixed(values ...string) func(string) []string {
	return func(string) []string { return values }
}

func startingWith(values []string, typed string) (out []string) {
	for _, v := range values {
		if strings.HasPrefix(v, typed) {
			out = append(out, v)
		}
	}
	return out
}

// completed lists what a manifest has, nothing if it can't be read.
func (a *app) completed(dir string, list func(*manifest.Manifest) []string) []string {
	c, err := a.load(dir, &manifestFlags{})
	if err != nil {
		return nil
	}
	return list(c.manifest)
}

func goalNames(m *manifest.Manifest) (out []string) {
	for _, g := range m.Goals {
		out = append(out, g.Name)
	}
	return out
}

// variableNames are "NAME=", as --var has them.
func variableNames(m *manifest.Manifest) (out []string) {
	for _, v := range m.Variables {
		out = append(out, v.Name+"=")
	}
	return out
}

// addresses are what explain explains: actions, declared or generated, states and no-plan.
func addresses(m *manifest.Manifest) []string {
	out := []string{"no-plan"}
	for _, act := range planner.Actions(m, planner.Options{}) {
		out = append(out, act.ID)
	}
	for _, s := range m.States {
		out = append(out, s.Address)
	}
	slices.Sort(out)
	return out
}

// lowered are the rules that can be silenced or lowered.
func lowered(r *diag.Rule) bool { return !r.Definite() }

func ruleCodes(which func(*diag.Rule) bool) (out []string) {
	for _, r := range diag.Rules() {
		if which(r) {
			out = append(out, r.Code+"\t"+r.Summary)
		}
	}
	return out
}

func heuristics() (out []string) {
	for _, h := range planner.Heuristics() {
		out = append(out, string(h))
	}
	return out
}
