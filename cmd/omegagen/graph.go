package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/graph"
)

type graphFlags struct {
	manifestFlags
	goal, format string
}

func (a *app) graphCommand() *cobra.Command {
	var f graphFlags
	cmd := &cobra.Command{
		Use:   "graph [DIR]",
		Short: "Draw the plan of a goal",
		Long: strings.TrimSpace(`
Draw the plan for a goal of the manifest in DIR: as a Mermaid flowchart, as a
graph for Graphviz (dot), or as a picture of its schedule (svg). An arrow leads
from a step to one that requires it; generated steps are rounded, and the
critical path is highlighted.

Exit codes: those of plan.`),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runGraph(dirArg(args), &f) },
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.goal, "goal", "", "the goal (default: the manifest's default goal)")
	cmd.Flags().StringVar(&f.format, "format", "mermaid", "mermaid, dot or svg")
	return cmd
}

// graphFormats are the values of --format.
var graphFormats = []string{"mermaid", "dot", "svg"}

func (a *app) runGraph(dir string, f *graphFlags) error {
	if !slices.Contains(graphFormats, f.format) {
		return fmt.Errorf("invalid --format %q; use mermaid, dot or svg", f.format)
	}
	c, err := a.load(dir, &f.manifestFlags)
	if err != nil {
		return err
	}
	picture, goal := "", f.goal
	var status error
	if !c.diags.HasErrors() {
		g, err := findGoal(c.manifest, f.goal)
		if err != nil {
			return err
		}
		p := planner.For(c.manifest, g, planner.Options{})
		c.report(p.Diagnostics)
		if p.Goal != nil {
			goal = p.Goal.Name
		}
		if status = planStatus(p); status == nil {
			if picture, err = draw(p, f.format); err != nil {
				return failure{err}
			}
		}
	}
	if f.json {
		err = writeJSON(a.stdout, map[string]any{"format_version": "1.0", "goal": goal, "format": f.format, "graph": picture, "diagnostics": c.diagnosticsJSON()})
	} else {
		_, err = fmt.Fprint(a.stdout, picture)
	}
	if err != nil {
		return failure{err}
	}
	if err := a.finish(c, &f.manifestFlags, nil); status == nil {
		return err
	}
	return status
}

func draw(p *planner.Plan, format string) (string, error) {
	switch format {
	case "dot":
		return graph.DOT(p), nil
	case "svg":
		b, err := graph.SVG(p)
		return string(b), err
	}
	return graph.Mermaid(p), nil
}
