package docs

import (
	"fmt"
	"math/big"
	"sort"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
)

// figures are the plans' figures, with a column for each goal.
func (p *page) figures() [][]markdown {
	head := []markdown{"figure"}
	for i, plan := range p.plans {
		name := escaped(plan.Goal.Name)
		if i == 0 {
			name += " (default)"
		}
		head = append(head, markdown(name))
	}
	rows := [][]markdown{head}
	row := func(name string, f func(*planner.Plan) string) {
		cells := []markdown{markdown(name)}
		for _, plan := range p.plans {
			cells = append(cells, markdown(f(plan)))
		}
		rows = append(rows, cells)
	}
	row("steps", func(pl *planner.Plan) string { return fmt.Sprint(len(pl.Steps)) })
	row("declared actions", func(pl *planner.Plan) string {
		n := 0
		for _, s := range pl.Steps {
			if s.Action.Declared != nil {
				n++
			}
		}
		return fmt.Sprint(n)
	})
	row("milestones", func(pl *planner.Plan) string { return fmt.Sprint(len(milestonesOf(pl))) })
	row("cost", func(pl *planner.Plan) string { return number(pl.Cost) })
	row("lower bound of the cost", func(pl *planner.Plan) string { return number(pl.LowerBound) })
	row("proved", func(pl *planner.Plan) string { return string(pl.Status) })
	row("duration (sequential)", func(pl *planner.Plan) string { return span(sequential(pl)) })
	row("duration (parallel)", func(pl *planner.Plan) string {
		if pl.Makespan == nil {
			return "?"
		}
		return span(*pl.Makespan)
	})
	row("lower bound of the parallel duration", func(pl *planner.Plan) string {
		if pl.MakespanLowerBound == nil {
			return "?"
		}
		return span(*pl.MakespanLowerBound)
	})
	figure := func(of func(pl *planner.Plan) int) func(pl *planner.Plan) string {
		return func(pl *planner.Plan) string {
			if !timed(pl) {
				return "–"
			}
			return fmt.Sprint(of(pl))
		}
	}
	row("steps on the critical path", figure(func(pl *planner.Plan) int { return len(critical(pl)) }))
	row("maximum parallel steps", figure(peak))
	p.quality(row)
	return rows
}

// quality writes the rows of the plans' quality figures.
func (p *page) quality(row func(string, func(*planner.Plan) string)) {
	ratio := func(name string, of func(*planner.Quality) *big.Rat) {
		row(name, func(pl *planner.Plan) string {
			if pl.Quality == nil || of(pl.Quality) == nil {
				return "–"
			}
			if r := of(pl.Quality); !r.IsInt() {
				return r.FloatString(2)
			}
			return number(of(pl.Quality))
		})
	}
	share := func(name string, of func(*planner.Quality) planner.Share) {
		row(name, func(pl *planner.Plan) string {
			if pl.Quality == nil || of(pl.Quality).Of == 0 {
				return "–"
			}
			return fmt.Sprintf("%d of %d", of(pl.Quality).Count, of(pl.Quality).Of)
		})
	}
	ratio("optimality: cost / lower bound", func(q *planner.Quality) *big.Rat { return q.Optimality })
	ratio("parallelism: sequential / parallel duration", func(q *planner.Quality) *big.Rat { return q.Parallelism })
	ratio("parallelism, upper bound", func(q *planner.Quality) *big.Rat { return q.ParallelismBound })
	share("steps with a validation", func(q *planner.Quality) planner.Share { return q.Validated })
	share("steps with a rollback", func(q *planner.Quality) planner.Share { return q.Undoable })
	share("steps with retries", func(q *planner.Quality) planner.Share { return q.Retried })
	share("steps with a fallback", func(q *planner.Quality) planner.Share { return q.Replaceable })
	share("goals that have a plan", func(q *planner.Quality) planner.Share { return q.GoalsReachable })
	share("criteria about services that the plan starts", func(q *planner.Quality) planner.Share { return q.CriteriaCovered })
	share("effects that a later step or the goal needs", func(q *planner.Quality) planner.Share { return q.EffectsUsed })
	share("preconditions that earlier steps satisfy", func(q *planner.Quality) planner.Share { return q.PreconditionsMade })
}

func sequential(pl *planner.Plan) time.Duration {
	var sum time.Duration
	for _, s := range pl.Steps {
		sum += s.Finish - s.Start
	}
	return sum
}

// critical are the steps on the critical path; none if no step has a duration.
func critical(pl *planner.Plan) []*planner.Step {
	if !timed(pl) {
		return nil
	}
	var out []*planner.Step
	for _, s := range pl.Steps {
		if s.Critical {
			out = append(out, s)
		}
	}
	return out
}

// timed reports whether any step of the plan has a duration.
func timed(pl *planner.Plan) bool { return pl.Makespan != nil && *pl.Makespan > 0 }

// peak is the maximum number of steps that the schedule runs in parallel.
func peak(pl *planner.Plan) int {
	type event struct {
		at    time.Duration
		delta int
	}
	var events []event
	for _, s := range pl.Steps {
		if s.Finish > s.Start {
			events = append(events, event{s.Start, 1}, event{s.Finish, -1})
		}
	}
	sort.Slice(events, func(i, j int) bool {
		return events[i].at < events[j].at || events[i].at == events[j].at && events[i].delta < events[j].delta
	})
	most, now := min(1, len(pl.Steps)), 0
	for _, e := range events {
		now += e.delta
		most = max(most, now)
	}
	return most
}

// milestonesOf lists the milestones that a plan's steps belong to.
func milestonesOf(pl *planner.Plan) []*manifest.Milestone {
	var out []*manifest.Milestone
	seen := map[*manifest.Milestone]bool{}
	for _, s := range pl.Steps {
		if ms := s.Action.Milestone; ms != nil && !seen[ms] {
			seen[ms] = true
			out = append(out, ms)
		}
	}
	return out
}

// at is a point in time of the schedule.
func at(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	return span(d)
}

// entry is an action with its step in the first plan that uses it.
type entry struct {
	action *planner.Action
	step   *planner.Step
	goals  []string
	first  int
}

// entries are all actions that some plan uses, in the order of the plans, and
// then the declared ones that no plan uses.
func (p *page) entries() []*entry {
	byID := map[string]*entry{}
	var out []*entry
	for _, pl := range p.plans {
		for _, s := range pl.Steps {
			e := byID[s.Action.ID]
			if e == nil {
				e = &entry{action: s.Action, step: s, first: len(out)}
				byID[s.Action.ID] = e
				out = append(out, e)
			}
			if n := len(e.goals); n == 0 || e.goals[n-1] != pl.Goal.Name {
				e.goals = append(e.goals, pl.Goal.Name)
			}
		}
	}
	for _, a := range p.m.Actions {
		if byID[a.Name] == nil {
			out = append(out, &entry{first: len(out), action: deployment.Declared(a)})
		}
	}
	return out
}

func firstOf(group []*entry) int {
	if len(group) == 0 {
		return 1 << 30
	}
	return group[0].first
}
