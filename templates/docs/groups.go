package docs

import (
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/graph"
)

// group is the actions of a milestone.
type group struct {
	Title, Figures, Goal string
	Graph                markdown
	Actions              []actionRow
}

type actionRow struct {
	ID, Title, Facts, Description string
	Scripts                       []scriptLink
}

type scriptLink struct{ Phase, Path string }

// groups are all actions by milestone, sorted by order, then first step, then name.
func (p *page) groups() []group {
	members := map[*manifest.Milestone][]*entry{}
	for _, e := range p.entries() {
		members[e.action.Milestone] = append(members[e.action.Milestone], e)
	}
	list := slices.Clone(p.m.Milestones)
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if (a.Order == nil) != (b.Order == nil) {
			return a.Order != nil
		}
		if a.Order != nil && a.Order.Cmp(b.Order) != 0 {
			return a.Order.Cmp(b.Order) < 0
		}
		return firstOf(members[a]) < firstOf(members[b])
	})
	var out []group
	for _, ms := range list {
		if len(members[ms]) > 0 {
			g := p.group(members[ms])
			g.Title, g.Goal = ms.Title, ms.Goal
			out = append(out, g)
		}
	}
	if rest := members[nil]; len(rest) > 0 {
		g := p.group(rest)
		g.Title = "Without a milestone"
		if len(p.m.Milestones) == 0 {
			g.Title = "All actions"
		}
		out = append(out, g)
	}
	return out
}

func (p *page) group(entries []*entry) group {
	cost := new(big.Rat)
	var takes time.Duration
	var g group
	var steps []*planner.Step
	for _, e := range entries {
		if e.action.Cost != nil {
			cost.Add(cost, e.action.Cost)
		}
		takes += e.action.Duration
		g.Actions = append(g.Actions, p.actionRow(e))
		if e.step != nil {
			steps = append(steps, e.step)
		}
	}
	g.Figures = fmt.Sprintf("%s, cost %s", text.Count(len(entries), "action"), number(cost))
	if takes > 0 {
		g.Figures += ", time " + span(takes)
	}
	g.Graph = markdown(graph.Among(steps))
	return g
}

// actionRow is a line about an action: its figures with their notes, and its scripts
// if a plan has it.
func (p *page) actionRow(e *entry) actionRow {
	a := e.action
	row := actionRow{ID: a.ID, Title: a.Title}
	if row.Title == a.ID {
		row.Title = ""
	}
	noted := func(value, note string) string {
		if note != "" {
			return value + " (" + note + ")"
		}
		return value
	}
	var facts []string
	if d := a.Declared; d != nil {
		facts = append(facts, noted("cost "+number(a.Cost), d.CostNote))
		if a.Duration > 0 {
			facts = append(facts, noted(span(a.Duration), d.DurationNote))
		}
		if d.Priority != "" {
			facts = append(facts, noted(string(d.Priority)+" priority", d.PriorityNote))
		}
		if d.Category != "" {
			facts = append(facts, d.Category)
		}
		if d.Optional {
			facts = append(facts, "optional")
		}
		if d.OnFailure != "" && d.OnFailure != manifest.Stop {
			facts = append(facts, "on failure "+string(d.OnFailure))
		}
		row.Description = strings.TrimSpace(d.Description)
	} else {
		facts = append(facts, "cost "+number(a.Cost))
		if a.Duration > 0 {
			facts = append(facts, span(a.Duration))
		}
	}
	if e.step == nil {
		facts = append(facts, "in no plan")
	}
	row.Facts = strings.Join(facts, ", ")
	if e.step == nil {
		return row // the kit doesn't contain its scripts
	}
	for _, part := range a.Parts {
		for _, phase := range part.Phases {
			if part.Call == nil {
				row.Scripts = append(row.Scripts, scriptLink{string(phase), kit.ActionScriptPath(a.ID, string(phase))})
			}
		}
	}
	return row
}
