package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/explain"
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
explain action.NAME (or the name of a generated action, such as image.web.build)
says which later need each of its steps serves and what a plan without it would
cost; or, of an action that is not in the plan, why.

explain state.NAME (or a fact, such as service.web.healthy) says what it is at
first, which actions write it and which read it.

explain no-plan names the parts of the goal that have no plan together, the
facts that nothing produces, and the effects that stand in the way.

Exit codes: 0 explained, 4 the goal is proved to have no plan, 5 a limit was hit
before that was known.`),
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
		return a.explainFailed(c, f)
	}
	goal, err := findGoal(c.manifest, f.goal)
	if err != nil {
		return err
	}
	var plan *planner.Plan
	var print func(io.Writer)
	var value any
	state, fact, near := planner.FactAt(c.manifest, what, planner.Options{})
	switch {
	case what == "no-plan":
		n := explain.NoPlan(c.manifest, goal, planner.Options{})
		plan, value, print = n.Plan, noPlanJSON(n), func(w io.Writer) { printNoPlan(w, n) }
	case state != nil:
		e := explain.State(c.manifest, goal, state, planner.Options{})
		plan, value, print = e.Plan, factJSON(e), func(w io.Writer) { printFact(w, e) }
	case fact != nil:
		e := explain.Fact(c.manifest, goal, *fact, planner.Options{})
		plan, value, print = e.Plan, factJSON(e), func(w io.Writer) { printFact(w, e) }
	default:
		e := explain.Action(c.manifest, goal, actionID(c.manifest, what), planner.Options{})
		if e == nil {
			return fmt.Errorf("the manifest has no action, state or fact %q%s", what, strings.TrimSuffix(suggestion(near), "."))
		}
		plan, value, print = e.Plan, actionJSON(e), func(w io.Writer) { printAction(w, e) }
	}
	if plan.Status == planner.Failed {
		c.diags = append(c.diags, plan.Diagnostics...)
		return a.explainFailed(c, f)
	}
	if f.json {
		err = writeJSON(a.stdout, value)
	} else {
		var b strings.Builder
		print(&b)
		_, err = io.WriteString(a.stdout, b.String())
	}
	if err != nil {
		return failure{err}
	}
	return planStatus(plan)
}

// explainFailed answers that the diagnostics leave nothing to explain.
func (a *app) explainFailed(c *compiled, f *explainFlags) error {
	if f.json {
		if err := writeJSON(a.stdout, map[string]any{"format_version": "1.0", "status": planner.Failed, "diagnostics": c.diagnosticsJSON()}); err != nil {
			return failure{err}
		}
	}
	return a.finish(c, &f.manifestFlags, nil)
}

// actionID is the ID of the action with an address, which may be the ID itself.
func actionID(m *manifest.Manifest, address string) string {
	for _, a := range m.Actions {
		if a.Address == address {
			return a.Name
		}
	}
	return strings.TrimPrefix(address, "action.")
}

func printNoPlan(w io.Writer, n *explain.NoPlanExplanation) {
	goal := n.Plan.Goal.Name
	switch n.Plan.Status {
	case planner.Unsolvable:
	case planner.Limit:
		fmt.Fprintf(w, "Whether goal %s has a plan is not known: a limit was reached. That is not a proof that there is none.\n", goal)
		return
	case planner.Optimal, planner.Bounded, planner.Failed:
		fmt.Fprintf(w, "Goal %s has a plan, of %s at cost %s: there is nothing to explain.\n", goal, text.Count(len(n.Plan.Steps), "step"), number(n.Plan.Cost))
		return
	}
	fmt.Fprintf(w, "Goal %s has no plan. That is proved.\n", goal)
	printCore(w, "", n.Core)
	for _, core := range n.Others {
		printCore(w, "Nor ", core)
	}
	if len(n.Plan.Unreachable) > 0 {
		fmt.Fprintln(w, "\nNothing produces:")
	}
	for _, u := range n.Plan.Unreachable {
		printUnreachable(w, u)
	}
	if len(n.Destroyed) > 0 {
		fmt.Fprintln(w, "\nIn the way:")
	}
	for _, d := range n.Destroyed {
		why := "without this effect there would be a plan"
		if len(n.Others) > 0 {
			why = fmt.Sprintf("without this effect there would be a plan for %s", line(coreText(n, d.Core)))
		}
		if d.Forced {
			why = "every plan contains it, and nothing brings that back"
		}
		fmt.Fprintf(w, "  %s changes %s (%s): %s\n", d.By.ID, d.Fact, at(d.Range), why)
	}
}

// coreText names the parts of a goal that stand together.
func coreText(n *explain.NoPlanExplanation, core int) string {
	parts := n.Core
	if core > 0 {
		parts = n.Others[core-1]
	}
	var texts []string
	for _, k := range parts {
		texts = append(texts, k.Text)
	}
	return strings.Join(texts, " && ")
}

// printCore lists parts of a goal that have no plan together.
func printCore(w io.Writer, nor string, core []explain.Conjunct) {
	if len(core) == 0 {
		return
	}
	proved := true
	for _, k := range core {
		proved = proved && k.Needed
	}
	switch {
	case len(core) == 1 && nor == "":
		fmt.Fprint(w, "\nThis part of the goal alone has none:\n")
	case len(core) == 1:
		fmt.Fprint(w, "\nNor has this one:\n")
	case nor == "":
		fmt.Fprint(w, "\nThese parts of the goal have none together")
	default:
		fmt.Fprint(w, "\nNor have these together")
	}
	if len(core) > 1 && proved {
		fmt.Fprint(w, "; without any one of them the others have one:\n")
	} else if len(core) > 1 {
		fmt.Fprint(w, ":\n")
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range core {
		doubt := ""
		if !k.Needed {
			doubt = " (whether the others have a plan without it was not proved within bounds)"
		}
		fmt.Fprintf(t, "  %s\t%s%s\n", line(k.Text), at(k.Range), doubt)
	}
	t.Flush()
}

func printUnreachable(w io.Writer, u planner.Unreachable) {
	fmt.Fprintf(w, "  %s (%s)\n", line(u.Need()), at(u.Range))
	ids := make([]string, len(u.Chain))
	for i, a := range u.Chain {
		ids[i] = fmt.Sprintf("%s (%s)", a.ID, at(a.Range))
	}
	switch {
	case u.Circle:
		fmt.Fprintf(w, "    the actions that would need one another: %s\n", strings.Join(ids, " → "))
	case len(ids) > 0:
		fmt.Fprintf(w, "    needed by way of %s\n", strings.Join(ids, " → "))
	}
	if len(u.Values) > 0 {
		fmt.Fprintf(w, "    %s may come to: %s\n", u.Fact, line(text.OrList(u.Values)))
	}
	if len(u.Nearest) > 0 {
		fmt.Fprintf(w, "    looks like: %s\n", line(text.OrList(u.Nearest)))
	}
}

func at(r hcl.Range) string {
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}

func printAction(w io.Writer, e *explain.ActionExplanation) {
	goal := e.Plan.Goal.Name
	if e.Plan.Status == planner.Unsolvable {
		fmt.Fprintf(w, "Goal %s has no plan, with %s or without: see omegagen explain no-plan.\n", goal, e.Action.ID)
	}
	not := fmt.Sprintf("%s is not in the plan of goal %s: ", e.Action.ID, goal)
	switch e.Reason {
	case explain.InPlan:
		printInPlan(w, e)
	case explain.Irrelevant:
		fmt.Fprintf(w, "%snothing that it does helps the goal.\n", not)
	case explain.Blocked:
		if len(e.Missing) == 0 {
			fmt.Fprintf(w, "%swhat its precondition demands never holds together.\n", not)
			break
		}
		fmt.Fprintf(w, "%sits precondition can't hold. Nothing produces:\n", not)
		for _, u := range e.Missing {
			printUnreachable(w, u)
		}
	case explain.Dominated:
		fmt.Fprintf(w, "%s%s (%s) does the same, needs no more and costs no more.\n", not, e.By.ID, at(e.By.Range))
	case explain.TooExpensive:
		fmt.Fprintf(w, "%sthe best plan with it costs %s, %s.\n", not, number(e.Alternative.Cost), extra(e))
		printDifference(w, e)
	case explain.Unusable:
		fmt.Fprintf(w, "%sproved that no plan contains it.\n", not)
	case explain.NotKnown:
		if e.Plan.Status != planner.Unsolvable {
			fmt.Fprintf(w, "%swhy was not found out within bounds.\n", not)
		}
	}
}

func printInPlan(w io.Writer, e *explain.ActionExplanation) {
	fmt.Fprintf(w, "%s (%s) is in the plan of goal %s.\n", e.Action.ID, at(e.Action.Range), e.Plan.Goal.Name)
	for _, s := range e.Steps {
		fmt.Fprintf(w, "\nStep %s serves:\n", s.ID)
		for _, need := range s.Serves {
			who := "the goal"
			if need.Consumer != nil {
				who = need.Consumer.ID
			}
			fmt.Fprintf(w, "  %s needs %s\n", who, line(need.Variable))
		}
		if len(s.Serves) == 0 {
			fmt.Fprintln(w, "  nothing that a later step reads")
		}
	}
	fmt.Fprintln(w)
	switch a := e.Alternative; {
	case e.Extra != nil:
		fmt.Fprintf(w, "Without it the best plan costs %s, %s.\n", number(a.Cost), extra(e))
		printDifference(w, e)
	case a.Status == planner.Unsolvable:
		fmt.Fprintln(w, "Without it there is no plan.")
	default:
		fmt.Fprintln(w, "What a plan without it would cost was not found out within bounds.")
	}
	for _, f := range e.Fallbacks {
		fmt.Fprintf(w, "When %s fails, the way on is: %s (cost %s).\n", f.Step.ID, listSteps(f.Plan.Steps), atMost(f.Plan))
	}
}

// extra says by how much more the alternative costs.
func extra(e *explain.ActionExplanation) string {
	switch {
	case e.Extra.Sign() == 0:
		return "as much as the plan"
	case e.Extra.Sign() < 0: // the plan is bounded, the alternative was found later
		return "less than the plan that was found"
	case e.Alternative.Status == planner.Bounded:
		return number(e.Extra) + " more, as far as was found within bounds"
	}
	return number(e.Extra) + " more"
}

// printDifference says which steps the alternative has in place of others.
func printDifference(w io.Writer, e *explain.ActionExplanation) {
	more, fewer := e.Difference()
	if len(more) > 0 {
		fmt.Fprintf(w, "  It adds    %s\n", listSteps(more))
	}
	if len(fewer) > 0 {
		fmt.Fprintf(w, "  It leaves  %s\n", listSteps(fewer))
	}
}

func printFact(w io.Writer, e *explain.FactExplanation) {
	switch {
	case e.Derived != "":
		fmt.Fprintf(w, "%s is derived: %s\n", e.Address, line(e.Derived))
	default:
		fmt.Fprintf(w, "%s is %s at first.", e.Address, line(e.Initial))
		if len(e.Values) > 0 {
			fmt.Fprintf(w, " It may come to: %s.", line(text.OrList(e.Values)))
		}
		fmt.Fprintln(w)
	}
	if e.Goal {
		fmt.Fprintf(w, "Goal %s needs it.\n", e.Plan.Goal.Name)
	}
	if len(e.Missing) > 0 {
		fmt.Fprintln(w, "It can't become true. Nothing produces:")
		for _, u := range e.Missing {
			printUnreachable(w, u)
		}
	}
	if e.Derived == "" {
		printUsers(w, "written", e.Writers)
	}
	printUsers(w, "read", e.Readers)
}

func printUsers(w io.Writer, what string, users []explain.FactUser) {
	if len(users) == 0 {
		fmt.Fprintf(w, "\nNo action has it %s.\n", what)
		return
	}
	fmt.Fprintf(w, "\nIt is %s by:\n", what)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, u := range users {
		in := "not in the plan"
		if len(u.Steps) > 0 {
			in = "in the plan"
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\n", u.Action.ID, at(u.Action.Range), in)
	}
	t.Flush()
}
