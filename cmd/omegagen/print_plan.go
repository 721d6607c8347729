package main

import (
	"fmt"
	"io"
	"math/big"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/omegagen/omegagen/planner"
)

// printPlan writes a plan for a reader: the verdict, the figures, the steps.
func printPlan(w io.Writer, p *planner.Plan) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Goal %s of %s: %s\n", p.Goal.Name, p.System, verdict(p))
	if p.Status == planner.Optimal || p.Status == planner.Bounded {
		printSchedule(&b, p)
		printSteps(&b, p)
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines { // the table's last column is often empty
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n"))
	return err
}

// verdict says in a sentence what the search has shown.
func verdict(p *planner.Plan) string {
	switch p.Status {
	case planner.Optimal:
		if p.Objective == "makespan" {
			return fmt.Sprintf("%s, makespan %s, cost %s. Proved: no plan is done sooner.", count(len(p.Steps), "step"), span(p.Makespan), number(p.Cost))
		}
		return fmt.Sprintf("%s, cost %s. Proved: no plan costs less.", count(len(p.Steps), "step"), number(p.Cost))
	case planner.Bounded:
		if p.Objective == "makespan" {
			return fmt.Sprintf("%s, makespan %s, cost %s. Proved: none is done before %s.", count(len(p.Steps), "step"), span(p.Makespan), number(p.Cost), span(p.MakespanLowerBound))
		}
		return fmt.Sprintf("%s, cost %s. Proved: none costs less than %s.", count(len(p.Steps), "step"), number(p.Cost), number(p.LowerBound))
	case planner.Unsolvable:
		return "proved that there is no plan."
	case planner.Limit:
		return "a limit was reached before a plan was found. That is not a proof that there is none."
	}
	return "could not be planned."
}

func printSchedule(b *strings.Builder, p *planner.Plan) {
	var sequential time.Duration
	critical := 0
	for _, s := range p.Steps {
		sequential += s.Action.Duration
		if s.Critical {
			critical++
		}
	}
	if sequential > 0 {
		fmt.Fprintf(b, "Schedule: %s in parallel, %s one after another; %s on the critical path (marked *).\n",
			span(p.Makespan), sequential, count(critical, "step"))
	}
	b.WriteString("\n")
}

func printSteps(b *strings.Builder, p *planner.Plan) {
	if len(p.Steps) == 0 {
		b.WriteString("The goal holds already: there is nothing to do.\n")
		return
	}
	ordinal := map[*planner.Step]int{}
	for i, s := range p.Steps {
		ordinal[s] = i + 1
	}
	timed := p.Makespan != nil && *p.Makespan > 0
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	if timed {
		fmt.Fprintln(t, "#\tStep\tCost\tStart\tTakes\tSlack\tNeeds")
	} else {
		fmt.Fprintln(t, "#\tStep\tCost\tNeeds")
	}
	for i, s := range p.Steps {
		fmt.Fprintf(t, "%d\t%s\t%s", i+1, s.ID, number(s.Action.Cost))
		if timed {
			slack := s.Slack.String()
			if s.Critical {
				slack = "*"
			}
			fmt.Fprintf(t, "\t%s\t%s\t%s", s.Start, s.Action.Duration, slack)
		}
		needs := make([]string, len(s.Needs))
		for k, n := range s.Needs {
			needs[k] = fmt.Sprint(ordinal[n])
		}
		fmt.Fprintf(t, "\t%s\n", strings.Join(needs, " "))
	}
	t.Flush()
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// number writes an exact figure: costs are decimals.
func number(r *big.Rat) string {
	if r == nil {
		return "unknown"
	}
	if r.IsInt() {
		return r.Num().String()
	}
	if n, exact := r.FloatPrec(); exact {
		return r.FloatString(n)
	}
	return r.RatString()
}

func span(d *time.Duration) string {
	if d == nil {
		return "unknown"
	}
	return d.String()
}
