package main

import (
	"fmt"
	"io"
	"math/big"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// printPlan prints a plan: the result, the statistics, the steps.
func printPlan(w io.Writer, p *planner.Plan) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Goal %s of %s: %s\n", p.Goal.Name, p.System, verdict(p))
	if p.Status == planner.Optimal || p.Status == planner.Bounded {
		printSchedule(&b, p)
		printSteps(&b, p)
		printFallbacks(&b, p)
		printDropped(&b, p)
		printQuality(&b, p)
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines { // the table's last column is often empty
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n"))
	return err
}

// verdict describes in a sentence what the search has proved.
func verdict(p *planner.Plan) string {
	switch p.Status {
	case planner.Optimal:
		if p.Objective == "makespan" {
			return fmt.Sprintf("%s, makespan %s, cost %s. Proved: no plan has a shorter makespan.", text.Count(len(p.Steps), "step"), span(p.Makespan), number(p.Cost))
		}
		return fmt.Sprintf("%s, cost %s. Proved: no plan costs less.", text.Count(len(p.Steps), "step"), number(p.Cost))
	case planner.Bounded:
		if p.Objective == "makespan" {
			return fmt.Sprintf("%s, makespan %s, cost %s. Proved: no plan has a makespan below %s.", text.Count(len(p.Steps), "step"), span(p.Makespan), number(p.Cost), span(p.MakespanLowerBound))
		}
		return fmt.Sprintf("%s, cost %s. Proved: no plan costs less than %s.", text.Count(len(p.Steps), "step"), number(p.Cost), number(p.LowerBound))
	case planner.Unsolvable:
		return "there is no plan (proved)."
	case planner.Limit:
		return "a limit was reached before a plan was found, so it is unknown whether there is one."
	case planner.Failed:
	}
	return "planning failed."
}

func printSchedule(b *strings.Builder, p *planner.Plan) {
	critical := 0
	for _, s := range p.Steps {
		if s.Critical {
			critical++
		}
	}
	if total := sequential(p); total > 0 {
		bound := ""
		if *p.MakespanLowerBound < *p.Makespan {
			bound = fmt.Sprintf(" (proved: at least %s)", span(p.MakespanLowerBound))
		}
		fmt.Fprintf(b, "Schedule: %s in parallel%s, %s sequentially; %s on the critical path (marked *).\n",
			span(p.Makespan), bound, text.Duration(total), text.Count(critical, "step"))
	}
	b.WriteString("\n")
}

// sequential is the total duration of the steps if they run one after the other.
func sequential(p *planner.Plan) time.Duration {
	var sum time.Duration
	for _, s := range p.Steps {
		sum += s.Action.Duration
	}
	return sum
}

func printSteps(b *strings.Builder, p *planner.Plan) {
	if len(p.Steps) == 0 {
		b.WriteString("The goal already holds; the plan is empty.\n")
		return
	}
	ordinal := map[*planner.Step]int{}
	for i, s := range p.Steps {
		ordinal[s] = i + 1
	}
	timed := p.Makespan != nil && *p.Makespan > 0
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	if timed {
		fmt.Fprintln(t, "#\tStep\tCost\tStart\tDuration\tSlack\tNeeds")
	} else {
		fmt.Fprintln(t, "#\tStep\tCost\tNeeds")
	}
	for i, s := range p.Steps {
		fmt.Fprintf(t, "%d\t%s\t%s", i+1, s.ID, number(s.Action.Cost))
		if timed {
			slack := text.Duration(s.Slack)
			if s.Critical {
				slack = "*"
			}
			fmt.Fprintf(t, "\t%s\t%s\t%s", text.Duration(s.Start), text.Duration(s.Action.Duration), slack)
		}
		needs := make([]string, len(s.Needs))
		for k, n := range s.Needs {
			needs[k] = fmt.Sprint(ordinal[n])
		}
		fmt.Fprintf(t, "\t%s\n", strings.Join(needs, " "))
	}
	t.Flush()
}

// printFallbacks lists the fallback plans.
func printFallbacks(b *strings.Builder, p *planner.Plan) {
	if len(p.Fallbacks) == 0 {
		return
	}
	b.WriteString("\nThese steps have a fallback plan in case they fail:\n\n")
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "Step\tFallback\tCost")
	for _, f := range p.Fallbacks {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Step.ID, listSteps(f.Plan.Steps), atMost(f.Plan))
	}
	t.Flush()
}

// atMost is the cost of a plan that may not be proved optimal.
func atMost(p *planner.Plan) string {
	if p.Status == planner.Bounded {
		return number(p.Cost) + " or less"
	}
	return number(p.Cost)
}

// listSteps lists steps in a sentence.
func listSteps(steps []*planner.Step) string {
	if len(steps) == 0 {
		return "no more steps"
	}
	return text.List(stepIDs(steps))
}

// printDropped reports the declared actions that are not in the plan, and lists
// those of critical or high priority.
func printDropped(b *strings.Builder, p *planner.Plan) {
	if len(p.Dropped) == 0 {
		return
	}
	important := 0
	for _, a := range p.Dropped {
		if a.HighPriority() {
			important++
		}
	}
	verb := "are"
	if len(p.Dropped) == 1 {
		verb = "is"
	}
	fmt.Fprintf(b, "\n%s %s not in this plan", text.Count(len(p.Dropped), "declared action"), verb)
	if important == 0 {
		b.WriteString(", none of critical or high priority.\n")
		return
	}
	fmt.Fprintf(b, ", %d of them of critical or high priority.\nTo force an action into the plan, list it in the goal's include or require its effect in condition.\n\n", important)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "Not in the plan\tPriority\tTitle")
	for _, priority := range []manifest.Priority{manifest.Critical, manifest.High} {
		for _, a := range p.Dropped {
			if a.Priority == priority {
				fmt.Fprintf(t, "%s\t%s\t%s\n", a.ID, a.Priority, line(a.Title))
			}
		}
	}
	t.Flush()
}

// line is a text of the manifest as part of a line.
func line(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, s)
}

// printQuality prints the plan's figures.
func printQuality(b *strings.Builder, p *planner.Plan) {
	q := p.Quality
	if q == nil {
		return
	}
	b.WriteString("\nQuality\n")
	t := tabwriter.NewWriter(b, 2, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(t, "  %s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	if q.Optimality != nil {
		row("optimality", "%s (cost %s, proved lower bound %s)", figure(q.Optimality), number(p.Cost), number(p.LowerBound))
	}
	if q.Parallelism != nil {
		row("parallelism", "%s (%s sequentially, %s in parallel); at most %s", figure(q.Parallelism), text.Duration(sequential(p)), span(p.Makespan), figure(q.ParallelismBound))
	}
	if len(p.Steps) > 0 {
		row("robustness", "of %s: %d validated, %d with a rollback, %d retried, %d with a fallback", text.Count(len(p.Steps), "step"),
			q.Validated.Count, q.Undoable.Count, q.Retried.Count, q.Replaceable.Count)
	}
	done := []string{share(q.GoalsReachable, "goals reachable")}
	if q.CriteriaCovered.Of > 0 {
		done = append(done, share(q.CriteriaCovered, "criteria about services covered"))
	}
	if len(p.Steps) > 0 {
		done = append(done, share(q.EffectsUsed, "effects used"), share(q.PreconditionsMade, "preconditions achieved by steps"))
	}
	row("completeness", "%s", strings.Join(done, ", "))
	t.Flush()
}

func share(s planner.Share, what string) string {
	return fmt.Sprintf("%d of %d %s", s.Count, s.Of, what)
}

// figure writes a ratio with two decimals.
func figure(r *big.Rat) string {
	if r == nil {
		return "unknown"
	}
	return text.Rounded(r, 2)
}

// number is a cost, or "unknown".
func number(r *big.Rat) string {
	if r == nil {
		return "unknown"
	}
	return text.Number(r)
}

func span(d *time.Duration) string {
	if d == nil {
		return "unknown"
	}
	return text.Duration(*d)
}
