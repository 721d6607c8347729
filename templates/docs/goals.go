package docs

import (
	"slices"
	"sort"

	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// goalPage is a goal with its plan.
type goalPage struct {
	Name, Title, Description string
	Implicit, Timed          bool
	Same                     string // the goal with the same plan
	Beside                   string // the goal whose steps are not repeated in Steps
	Without                  []string
	Figures                  string
	Critical                 []string
	Steps                    []stepRow
	DroppedHigh              []droppedRow
	Dropped                  []string
	Fallbacks                []fallbackRow
}

type stepRow struct {
	ID, Title, Start, Finish, Slack string
	Needs                           []string
}

type droppedRow struct{ ID, Priority string }

type fallbackRow struct {
	Step, Cost string
	Steps      []string
}

// samePlan reports whether two plans have the same steps at the same times.
func samePlan(a, b *planner.Plan) bool {
	return slices.EqualFunc(a.Steps, b.Steps, func(x, y *planner.Step) bool {
		return x.ID == y.ID && x.Start == y.Start && x.Finish == y.Finish && slices.EqualFunc(x.Needs, y.Needs, func(m, n *planner.Step) bool { return m.ID == n.ID })
	})
}

func (p *page) goalPage(pl *planner.Plan) goalPage {
	g := goalPage{Name: pl.Goal.Name, Title: pl.Goal.Title, Description: pl.Goal.Description, Implicit: pl.Goal.Implicit, Timed: timed(pl)}
	g.Figures = text.Count(len(pl.Steps), "step") + ", cost " + number(pl.Cost)
	if timed(pl) {
		g.Figures += ", " + span(*pl.Makespan)
	}
	g.Figures += ", " + string(pl.Status)
	for _, s := range critical(pl) {
		g.Critical = append(g.Critical, s.ID)
	}
	steps := slices.Clone(pl.Steps)
	sort.SliceStable(steps, func(i, j int) bool { return steps[i].Start < steps[j].Start })
	for _, s := range steps {
		row := stepRow{ID: s.ID, Title: s.Action.Title, Start: at(s.Start), Finish: at(s.Finish), Slack: span(s.Slack)}
		if row.Title == s.ID {
			row.Title = ""
		}
		if s.Critical {
			row.Slack = "critical"
		}
		for _, n := range s.Needs {
			row.Needs = append(row.Needs, n.ID)
		}
		g.Steps = append(g.Steps, row)
	}
	for _, a := range pl.Dropped {
		if a.HighPriority() {
			g.DroppedHigh = append(g.DroppedHigh, droppedRow{a.ID, string(a.Priority)})
		} else {
			g.Dropped = append(g.Dropped, a.ID)
		}
	}
	for _, f := range pl.Fallbacks {
		row := fallbackRow{Step: f.Step.ID, Cost: number(f.Plan.Cost)}
		if f.Plan.Status == planner.Bounded {
			row.Cost += " or less"
		}
		for _, s := range f.Plan.Steps {
			row.Steps = append(row.Steps, s.ID)
		}
		g.Fallbacks = append(g.Fallbacks, row)
	}
	return g
}

// beside keeps only the steps that the plan of another goal doesn't have, and
// records which of that plan's steps are omitted.
func (g *goalPage) beside(other goalPage) {
	all := map[string]bool{}
	for _, s := range g.Steps {
		all[s.ID] = true
	}
	for _, s := range other.Steps {
		if !all[s.ID] {
			g.Without = append(g.Without, s.ID)
		}
	}
	g.Beside = other.Name
	g.DroppedHigh, g.Dropped = nil, nil // listed for the other goal
	g.Steps = slices.DeleteFunc(g.Steps, func(s stepRow) bool {
		return slices.ContainsFunc(other.Steps, func(o stepRow) bool { return o.ID == s.ID })
	})
}
