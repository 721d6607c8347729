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
		Short: "Explain why an action is in the plan or isn't",
		Long: strings.TrimSpace(`
explain action.NAME (or the name of a generated action, such as
image.web.build) lists which later steps each of its steps is required by, and
the cost of a plan without it; or, for an action that is not in the plan, the
reason.

explain state.NAME (or a fact, such as service.web.healthy) shows its initial
value, and the actions that write or read it.

explain no-plan shows the conditions of the goal that are unsatisfiable together,
the facts that no action produces, and the conflicting effects.

Exit codes: 0 explained, 4 the goal is proved to have no plan, 5 a limit was
reached before that was known.`),
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
		c.report(plan.Diagnostics)
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

// explainFailed handles a manifest with errors, for which there is no explanation.
func (a *app) explainFailed(c *compiled, f *explainFlags) error {
	if f.json {
		if err := writeJSON(a.stdout, map[string]any{"format_version": "1.0", "status": planner.Failed, "diagnostics": c.diagnosticsJSON()}); err != nil {
			return failure{err}
		}
	}
	return a.finish(c, &f.manifestFlags, nil)
}

// actionID is the ID of the action with an address, which may already be the ID.
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
		fmt.Fprintf(w, "It is unknown whether goal %s has a plan: a limit was reached before a plan or a proof was found.\n", goal)
		return
	case planner.Optimal, planner.Bounded, planner.Failed:
		fmt.Fprintf(w, "Goal %s has a plan, with %s and cost %s.\n", goal, text.Count(len(n.Plan.Steps), "step"), number(n.Plan.Cost))
		return
	}
	fmt.Fprintf(w, "Goal %s has no plan (proved).\n", goal)
	printCore(w, "", n.Core)
	for _, core := range n.Others {
		printCore(w, "Nor ", core)
	}
	if len(n.Plan.Unreachable) > 0 {
		fmt.Fprintln(w, "\nNo action produces:")
	}
	for _, u := range n.Plan.Unreachable {
		printUnreachable(w, u)
	}
	if len(n.Destroyed) > 0 {
		fmt.Fprintln(w, "\nConflicting effects:")
	}
	for _, d := range n.Destroyed {
		why := "without this effect there would be a plan"
		if len(n.Others) > 0 {
			why = fmt.Sprintf("without this effect there would be a plan for %s", line(coreText(n, d.Core)))
		}
		if d.Forced {
			why = "every plan contains it, and no action undoes it"
		}
		fmt.Fprintf(w, "  %s changes %s (%s): %s\n", d.By.ID, d.Fact, at(d.Range), why)
	}
}

// coreText joins the conditions of an unsatisfiable core of the goal.
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

// printCore prints an unsatisfiable core: conditions of the goal that have no plan together.
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
		fmt.Fprint(w, "\nThis condition of the goal is unsatisfiable by itself:\n")
	case len(core) == 1:
		fmt.Fprint(w, "\nThis condition is also unsatisfiable by itself:\n")
	case nor == "":
		fmt.Fprint(w, "\nThese conditions of the goal are unsatisfiable together")
	default:
		fmt.Fprint(w, "\nThese conditions are also unsatisfiable together")
	}
	if len(core) > 1 && proved {
		fmt.Fprint(w, " (minimal set):\n")
	} else if len(core) > 1 {
		fmt.Fprint(w, ":\n")
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range core {
		doubt := ""
		if !k.Needed {
			doubt = " (not proved to be necessary: a limit was reached)"
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
	case u.Cycle:
		fmt.Fprintf(w, "    dependency cycle: %s\n", strings.Join(ids, " → "))
	case len(ids) > 0:
		fmt.Fprintf(w, "    required through %s\n", strings.Join(ids, " → "))
	}
	if len(u.Values) > 0 {
		fmt.Fprintf(w, "    possible values of %s: %s\n", u.Fact, line(text.OrList(u.Values)))
	}
	if len(u.Nearest) > 0 {
		fmt.Fprintf(w, "    did you mean: %s\n", line(text.OrList(u.Nearest)))
	}
}

func at(r hcl.Range) string {
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}

func printAction(w io.Writer, e *explain.ActionExplanation) {
	goal := e.Plan.Goal.Name
	if e.Plan.Status == planner.Unsolvable {
		fmt.Fprintf(w, "Goal %s has no plan, with or without %s: see omegagen explain no-plan.\n", goal, e.Action.ID)
	}
	not := fmt.Sprintf("%s is not in the plan of goal %s: ", e.Action.ID, goal)
	switch e.Reason {
	case explain.InPlan:
		printInPlan(w, e)
	case explain.Irrelevant:
		fmt.Fprintf(w, "%snone of its effects contributes to the goal.\n", not)
	case explain.Blocked:
		if len(e.Missing) == 0 {
			fmt.Fprintf(w, "%sits precondition can never hold.\n", not)
			break
		}
		fmt.Fprintf(w, "%sits precondition can never hold. No action produces:\n", not)
		for _, u := range e.Missing {
			printUnreachable(w, u)
		}
	case explain.Dominated:
		fmt.Fprintf(w, "%s%s (%s) has the same effects, requires no more and costs no more.\n", not, e.By.ID, at(e.By.Range))
	case explain.TooExpensive:
		fmt.Fprintf(w, "%sthe best plan with it costs %s, %s.\n", not, number(e.Alternative.Cost), extra(e))
		printDifference(w, e)
	case explain.Unusable:
		fmt.Fprintf(w, "%sno plan contains it (proved).\n", not)
	case explain.NotKnown:
		if e.Plan.Status != planner.Unsolvable {
			fmt.Fprintf(w, "%sthe reason is unknown because a limit was reached.\n", not)
		}
	}
}

func printInPlan(w io.Writer, e *explain.ActionExplanation) {
	fmt.Fprintf(w, "%s (%s) is in the plan of goal %s.\n", e.Action.ID, at(e.Action.Range), e.Plan.Goal.Name)
	for _, s := range e.Steps {
		fmt.Fprintf(w, "\nStep %s is required by:\n", s.ID)
		for _, need := range s.Serves {
			who := "the goal"
			if need.Consumer != nil {
				who = need.Consumer.ID
			}
			fmt.Fprintf(w, "  %s, for %s\n", who, line(need.Variable))
		}
		if len(s.Serves) == 0 {
			fmt.Fprintln(w, "  no later step")
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
		fmt.Fprintln(w, "The cost of a plan without it is unknown because a limit was reached.")
	}
	for _, f := range e.Fallbacks {
		fmt.Fprintf(w, "If %s fails, the fallback is: %s (cost %s).\n", f.Step.ID, listSteps(f.Plan.Steps), atMost(f.Plan))
	}
}

// extra says how much more the alternative costs.
func extra(e *explain.ActionExplanation) string {
	switch {
	case e.Extra.Sign() == 0:
		return "the same as this plan"
	case e.Extra.Sign() < 0: // the plan is bounded, the alternative was found later
		return "less than this plan"
	case e.Alternative.Status == planner.Bounded:
		return number(e.Extra) + " more (not proved minimal: a limit was reached)"
	}
	return number(e.Extra) + " more"
}

// printDifference lists the steps that only the alternative has, and those that only the plan has.
func printDifference(w io.Writer, e *explain.ActionExplanation) {
	more, fewer := e.Difference()
	if len(more) > 0 {
		fmt.Fprintf(w, "  It adds    %s\n", listSteps(more))
	}
	if len(fewer) > 0 {
		fmt.Fprintf(w, "  It omits   %s\n", listSteps(fewer))
	}
}

func printFact(w io.Writer, e *explain.FactExplanation) {
	switch {
	case e.Derived != "":
		fmt.Fprintf(w, "%s is derived: %s\n", e.Address, line(e.Derived))
	default:
		fmt.Fprintf(w, "%s is initially %s.", e.Address, line(e.Initial))
		if len(e.Values) > 0 {
			fmt.Fprintf(w, " Possible values: %s.", line(text.OrList(e.Values)))
		}
		fmt.Fprintln(w)
	}
	if e.Goal {
		fmt.Fprintf(w, "Goal %s requires it.\n", e.Plan.Goal.Name)
	}
	if len(e.Missing) > 0 {
		fmt.Fprintln(w, "It can never become true. No action produces:")
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
		fmt.Fprintf(w, "\nIt is not %s by any action.\n", what)
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
