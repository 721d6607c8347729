package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/planner"
)

type explainFlags struct {
	manifestFlags
	goal string
}

func (a *app) explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain [DIR] ADDRESS|no-plan",
		Short: "Say why a step is in the plan, why an action isn't, or why there is no plan",
		Long: strings.TrimSpace(`
explain action.NAME (or the name of a made action, such as image.web.build)
says which later need each of its steps serves and what a plan without it would
cost; or, of an action that is not in the plan, why. explain no-plan names the
parts of the goal that have no plan together, and the facts that nothing
produces.`),
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runExplain(dirArg(args[:len(args)-1]), args[len(args)-1], &f)
		},
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.goal, "goal", "", "the goal (default: the manifest's default goal)")
	return cmd
}

func (a *app) runExplain(dir, what string, f *explainFlags) error {
	c, err := a.load(dir, &f.manifestFlags)
	if err != nil {
		return err
	}
	if c.diags.HasErrors() {
		return a.finish(c, &manifestFlags{}, nil)
	}
	goal, err := findGoal(c.manifest, f.goal)
	if err != nil {
		return err
	}
	if what == "no-plan" {
		return a.explainNoPlan(planner.ExplainNoPlan(c.manifest, goal, planner.Options{}), f)
	}
	id := strings.TrimPrefix(what, "action.")
	if e := planner.ExplainAction(c.manifest, goal, id, planner.Options{}); e != nil {
		return a.explainAction(e, f)
	}
	return fmt.Errorf("the manifest has no action %q", what)
}

func (a *app) explainNoPlan(n *planner.NoPlan, f *explainFlags) error {
	if f.json {
		return a.explainJSON(noPlanJSON(n))
	}
	if n == nil {
		fmt.Fprintln(a.stdout, "The goal has a plan, or a limit was reached before that was known: there is nothing to explain.")
		return nil
	}
	fmt.Fprintf(a.stdout, "Goal %s has no plan.\n", n.Plan.Goal.Name)
	for _, k := range n.Core {
		what := "this part of the goal"
		if k.Action != nil {
			what = "that action." + k.Action.Name + " be done"
		}
		verdict := "without it the rest has a plan"
		if !k.Needed {
			verdict = "whether the rest has a plan without it was not proved within bounds"
		}
		fmt.Fprintf(a.stdout, "  needs %s (%s): %s\n", what, at(k.Range), verdict)
	}
	for _, u := range n.Plan.Unreachable {
		fmt.Fprintf(a.stdout, "  nothing produces %s (%s)%s\n", u.Fact, at(u.Range), chain(u))
		if len(u.Nearest) > 0 {
			fmt.Fprintf(a.stdout, "    named alike: %s\n", strings.Join(u.Nearest, ", "))
		}
	}
	for _, d := range n.Destroyed {
		fmt.Fprintf(a.stdout, "  %s destroys %s, which nothing brings back\n", d.By.ID, d.Fact)
	}
	return exitStatus(exitNoPlan)
}

func chain(u planner.Unreachable) string {
	if len(u.Chain) == 0 {
		return ""
	}
	ids := make([]string, len(u.Chain))
	for i, a := range u.Chain {
		ids[i] = a.ID
	}
	return ", which is needed by way of " + strings.Join(ids, ", ")
}

func at(r hcl.Range) string {
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}

func (a *app) explainAction(e *planner.Explanation, f *explainFlags) error {
	if f.json {
		return a.explainJSON(actionJSON(e))
	}
	goal := e.Plan.Goal.Name
	switch e.Reason {
	case planner.InPlan:
		fmt.Fprintf(a.stdout, "%s is in the plan of goal %s.\n", e.Action.ID, goal)
		for _, s := range e.Steps {
			for _, need := range s.Serves {
				who := "the goal"
				if need.Step != nil {
					who = need.Step.ID
				}
				fmt.Fprintf(a.stdout, "  %s: %s needs %s\n", s.ID, who, need.By)
			}
		}
		fmt.Fprintln(a.stdout, without(e))
	case planner.IsIrrelevant:
		fmt.Fprintf(a.stdout, "%s is not in the plan of goal %s: nothing that it does helps the goal.\n", e.Action.ID, goal)
	case planner.IsBlocked:
		fmt.Fprintf(a.stdout, "%s is not in the plan of goal %s: its precondition can't hold.\n", e.Action.ID, goal)
		for _, u := range e.Missing {
			fmt.Fprintf(a.stdout, "  nothing produces %s (%s)%s\n", u.Fact, at(u.Range), chain(u))
		}
	case planner.IsDominated:
		fmt.Fprintf(a.stdout, "%s is not in the plan of goal %s: %s does the same, needs no more and costs no more.\n", e.Action.ID, goal, e.By.ID)
	case planner.IsTooDear:
		fmt.Fprintf(a.stdout, "%s is not in the plan of goal %s: the best plan with it costs %s, %s more than the best without.\n", e.Action.ID, goal, number(e.Alternative.Cost), number(e.Extra))
	case planner.IsUnusable:
		fmt.Fprintf(a.stdout, "%s is not in the plan of goal %s: proved that no plan contains it.\n", e.Action.ID, goal)
	default:
		fmt.Fprintf(a.stdout, "%s is not in the plan of goal %s; why was not found out within bounds.\n", e.Action.ID, goal)
	}
	return nil
}

// without says what a plan that does without the action would cost.
func without(e *planner.Explanation) string {
	switch {
	case e.Extra != nil && e.Alternative != nil:
		return fmt.Sprintf("Without it the best plan costs %s, %s more.", number(e.Alternative.Cost), number(e.Extra))
	case e.Alternative != nil && e.Alternative.Status == planner.Unsolvable:
		return "Without it there is no plan."
	}
	return "What a plan without it would cost was not found out within bounds."
}

func (a *app) explainJSON(v any) error {
	if err := writeJSON(a.stdout, v); err != nil {
		return failure{err}
	}
	if v == nil {
		return nil
	}
	if m, ok := v.(map[string]any); ok && m["status"] == string(planner.Unsolvable) {
		return exitStatus(exitNoPlan)
	}
	return nil
}

func noPlanJSON(n *planner.NoPlan) any {
	if n == nil {
		return map[string]any{"format_version": "1.0", "status": "solvable or not known"}
	}
	core := []any{}
	for _, k := range n.Core {
		c := map[string]any{"range": diag.RangeJSON(k.Range), "needed": k.Needed, "action": nil}
		if k.Action != nil {
			c["action"] = k.Action.Name
		}
		core = append(core, c)
	}
	missing := []any{}
	for _, u := range n.Plan.Unreachable {
		missing = append(missing, unreachableJSON(u))
	}
	destroyed := []any{}
	for _, d := range n.Destroyed {
		destroyed = append(destroyed, map[string]any{"fact": d.Fact, "by": d.By.ID})
	}
	return map[string]any{"format_version": "1.0", "goal": n.Plan.Goal.Name, "status": string(planner.Unsolvable),
		"core": core, "unreachable": missing, "destroyed": destroyed}
}

func unreachableJSON(u planner.Unreachable) any {
	ids := []string{}
	for _, a := range u.Chain {
		ids = append(ids, a.ID)
	}
	nearest := u.Nearest
	if nearest == nil {
		nearest = []string{}
	}
	return map[string]any{"fact": u.Fact, "range": diag.RangeJSON(u.Range), "nearest": nearest, "chain": ids}
}

func actionJSON(e *planner.Explanation) any {
	serves := []any{}
	for _, s := range e.Steps {
		for _, need := range s.Serves {
			var who any
			if need.Step != nil {
				who = need.Step.ID
			}
			serves = append(serves, map[string]any{"step": s.ID, "needed_by": who, "need": need.By})
		}
	}
	out := map[string]any{"format_version": "1.0", "goal": e.Plan.Goal.Name, "action": e.Action.ID, "reason": string(e.Reason),
		"serves": serves, "dominated_by": nil, "alternative_cost": nil, "extra_cost": nil}
	if e.By != nil {
		out["dominated_by"] = e.By.ID
	}
	if e.Alternative != nil && e.Alternative.Cost != nil {
		out["alternative_cost"] = json.Number(number(e.Alternative.Cost))
	}
	if e.Extra != nil {
		out["extra_cost"] = json.Number(number(e.Extra))
	}
	missing := []any{}
	for _, u := range e.Missing {
		missing = append(missing, unreachableJSON(u))
	}
	out["unreachable"] = missing
	return out
}
