package docs

import (
	"fmt"
	"math/big"
	"sort"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/templates/graph"
)

func (p *page) plan() {
	p.header("Deployment plan: " + escaped(p.m.System.Name))
	if d := p.m.System.Description; d != "" {
		p.printf("\n%s\n", escaped(d))
	}
	p.printf("\nRun it with `./deploy.sh`; what to do when a step fails is in [RUNBOOK.md](RUNBOOK.md).\n")
	p.summary()
	for _, plan := range p.plans {
		p.goal(plan)
	}
	p.actions()
	p.criteria()
	p.benchmarks()
	p.checklists()
}

// summary is a table of figures, a column for each goal.
func (p *page) summary() {
	p.printf("\n## Summary\n")
	head := []string{"figure"}
	right := map[int]bool{}
	for i, plan := range p.plans {
		name := escaped(plan.Goal.Name)
		if i == 0 {
			name += " (default)"
		}
		head = append(head, name)
		right[i+1] = true
	}
	var rows [][]string
	row := func(name string, f func(*planner.Plan) string) {
		cells := []string{name}
		for _, plan := range p.plans {
			cells = append(cells, f(plan))
		}
		rows = append(rows, cells)
	}
	row("steps", func(pl *planner.Plan) string { return fmt.Sprint(len(pl.Steps)) })
	row("of them declared actions", func(pl *planner.Plan) string {
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
	row("time, one step after the other", func(pl *planner.Plan) string { return span(sequential(pl)) })
	row("time, side by side", func(pl *planner.Plan) string {
		if pl.Makespan == nil {
			return "?"
		}
		return span(*pl.Makespan)
	})
	row("lower bound of that time", func(pl *planner.Plan) string {
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
	row("most steps at once", figure(peak))
	p.quality(row)
	p.table(head, right, rows)
	p.printf("\n%s, %s, %s. Times are the manifest's estimates.\n", text.Count(len(p.m.Criteria), "success criterion"),
		text.Count(len(p.m.Benchmarks), "benchmark"), text.Count(len(p.m.Runbooks), "runbook"))
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
	ratio("optimality: cost over its lower bound", func(q *planner.Quality) *big.Rat { return q.Optimality })
	ratio("parallelism: time one after the other over time side by side", func(q *planner.Quality) *big.Rat { return q.Parallelism })
	ratio("parallelism, at most", func(q *planner.Quality) *big.Rat { return q.ParallelismBound })
	share("steps that are validated", func(q *planner.Quality) planner.Share { return q.Validated })
	share("steps with a rollback", func(q *planner.Quality) planner.Share { return q.Undoable })
	share("steps that are tried again", func(q *planner.Quality) planner.Share { return q.Retried })
	share("steps with a fallback", func(q *planner.Quality) planner.Share { return q.Replaceable })
	share("goals that have a plan", func(q *planner.Quality) planner.Share { return q.GoalsReachable })
	share("criteria about services that the plan brings up", func(q *planner.Quality) planner.Share { return q.CriteriaCovered })
	share("effects that a later step or the goal needs", func(q *planner.Quality) planner.Share { return q.EffectsUsed })
	share("preconditions that earlier steps make hold", func(q *planner.Quality) planner.Share { return q.PreconditionsMade })
}

func sequential(pl *planner.Plan) time.Duration {
	var sum time.Duration
	for _, s := range pl.Steps {
		sum += s.Finish - s.Start
	}
	return sum
}

// critical are the steps on the critical path; none where nothing takes time.
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

// timed says whether the manifest has given any step of the plan a duration.
func timed(pl *planner.Plan) bool { return pl.Makespan != nil && *pl.Makespan > 0 }

// peak is the greatest number of steps that the schedule runs at once.
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

// goal is a goal's section: its critical path, graph and schedule.
func (p *page) goal(pl *planner.Plan) {
	p.printf("\n## Goal: %s\n", escaped(pl.Goal.Name))
	if pl.Goal.Title != "" {
		p.printf("\n%s\n", escaped(pl.Goal.Title))
	}
	if pl.Goal.Description != "" {
		p.printf("\n%s\n", escaped(pl.Goal.Description))
	}
	if pl.Goal.Implicit {
		p.printf("\nNo goal was declared: every service outside profiles is to be up.\n")
	}
	if len(pl.Steps) == 0 {
		p.printf("\nNothing has to be done.\n")
		return
	}
	if path := critical(pl); len(path) > 0 {
		var ids []string
		for _, s := range path {
			ids = append(ids, code(s.ID))
		}
		p.printf("\nCritical path: %s\n", strings.Join(ids, " → "))
	}
	p.graph(pl)
	p.schedule(pl)
	p.dropped(pl)
	p.fallbacks(pl)
}

// fallbacks is what replaces the rest of the plan when a step fails.
func (p *page) fallbacks(pl *planner.Plan) {
	if len(pl.Fallbacks) == 0 {
		return
	}
	p.printf("\n### When a step fails\n\nFor these steps there is another way to the goal: it is taken from where the steps that don't need the failed one are done.\n")
	var rows [][]string
	for _, f := range pl.Fallbacks {
		var ids []string
		for _, s := range f.Plan.Steps {
			ids = append(ids, cellCode(s.ID))
		}
		way := strings.Join(ids, " ")
		if len(ids) == 0 {
			way = "nothing more is needed"
		}
		cost := number(f.Plan.Cost)
		if f.Plan.Status == planner.Bounded {
			cost += " or less"
		}
		rows = append(rows, []string{cellCode(f.Step.ID), way, cost})
	}
	p.table([]string{"failed step", "way on", "cost"}, map[int]bool{2: true}, rows)
}

// dropped lists the declared actions that the plan does without, those of
// critical and high priority apart.
func (p *page) dropped(pl *planner.Plan) {
	var grave, rest []string
	for _, a := range pl.Dropped {
		if a.HighPriority() {
			grave = append(grave, code(a.ID)+" ("+escaped(string(a.Priority))+")")
		} else {
			rest = append(rest, code(a.ID))
		}
	}
	if len(grave) > 0 {
		p.printf("\nDeclared with critical or high priority, but not needed for this goal: %s\n", strings.Join(grave, ", "))
	}
	if len(rest) > 0 {
		p.printf("\nDeclared, but not needed for this goal: %s\n", strings.Join(rest, ", "))
	}
}

// graph is the partial order as a picture.
func (p *page) graph(pl *planner.Plan) {
	p.printf("\n### Graph\n\nAn arrow leads from a step to one that needs it; after its name stands the cost. Rounded steps are made by the compiler.\n\n%s",
		quote.MarkdownFence("mermaid", graph.Mermaid(pl)))
}

func (p *page) schedule(pl *planner.Plan) {
	p.printf("\n### Schedule\n")
	steps := append([]*planner.Step(nil), pl.Steps...)
	sort.SliceStable(steps, func(i, j int) bool { return steps[i].Start < steps[j].Start })
	var rows [][]string
	for _, s := range steps {
		crit := ""
		if s.Critical {
			crit = "critical"
		}
		var needs []string
		for _, n := range s.Needs {
			needs = append(needs, cellCode(n.ID))
		}
		if !timed(pl) {
			rows = append(rows, []string{cellCode(s.ID), strings.Join(needs, " ")})
			continue
		}
		rows = append(rows, []string{cellCode(s.ID), at(s.Start), at(s.Finish), span(s.Slack), crit, strings.Join(needs, " ")})
	}
	if !timed(pl) {
		p.printf("\nNo step has a duration; the order alone is planned.\n")
		p.table([]string{"step", "needs"}, nil, rows)
		return
	}
	p.table([]string{"step", "start", "finish", "slack", "", "needs"}, map[int]bool{1: true, 2: true, 3: true}, rows)
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

// actions lists all actions by milestone: by order, then first step, then name.
func (p *page) actions() {
	all := p.entries()
	if len(all) == 0 {
		return
	}
	p.printf("\n## Actions\n")
	groups := map[*manifest.Milestone][]*entry{}
	for _, e := range all {
		groups[e.action.Milestone] = append(groups[e.action.Milestone], e)
	}
	list := append([]*manifest.Milestone(nil), p.m.Milestones...)
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if (a.Order == nil) != (b.Order == nil) {
			return a.Order != nil
		}
		if a.Order != nil && a.Order.Cmp(b.Order) != 0 {
			return a.Order.Cmp(b.Order) < 0
		}
		return firstOf(groups[a]) < firstOf(groups[b])
	})
	for _, ms := range list {
		p.milestone(ms, groups[ms])
	}
	if rest := groups[nil]; len(rest) > 0 {
		heading := "###"
		if len(p.m.Milestones) > 0 {
			p.printf("\n### Without a milestone\n")
			heading = "####"
		}
		for _, e := range rest {
			p.action(heading, e)
		}
	}
}

func firstOf(group []*entry) int {
	if len(group) == 0 {
		return 1 << 30
	}
	return group[0].first
}

func (p *page) milestone(ms *manifest.Milestone, group []*entry) {
	p.printf("\n### %s\n", escaped(ms.Title))
	if ms.Goal != "" {
		p.printf("\n%s\n", escaped(ms.Goal))
	}
	cost := new(big.Rat)
	var time time.Duration
	for _, e := range group {
		if e.action.Cost != nil {
			cost.Add(cost, e.action.Cost)
		}
		time += e.action.Duration
	}
	p.printf("\n%s, cost %s, time %s.\n", text.Count(len(group), "action"), number(cost), span(time))
	for _, e := range group {
		p.action("####", e)
	}
}

func (p *page) action(heading string, e *entry) {
	a, d := e.action, e.action.Declared
	title := a.Title
	if title == "" {
		title = a.ID
	}
	p.printf("\n%s %s\n\n", heading, escaped(title))
	item := func(name, value string) {
		if value != "" {
			p.printf("- %s: %s\n", name, value)
		}
	}
	noted := func(value, note string) string {
		if note != "" {
			return value + " (" + escaped(note) + ")"
		}
		return value
	}
	item("Step", code(a.ID))
	if d != nil {
		item("Category", escaped(d.Category))
		item("Cost", noted(number(a.Cost), d.CostNote))
		item("Time", noted(span(a.Duration), d.DurationNote))
		item("Priority", noted(escaped(string(a.Priority)), d.PriorityNote))
	} else {
		item("Cost", number(a.Cost))
		item("Time", span(a.Duration))
	}
	var needs []string
	if e.step != nil {
		for _, n := range e.step.Needs {
			needs = append(needs, code(n.ID))
		}
	}
	item("Needs", strings.Join(needs, ", "))
	if e.step != nil {
		var effects []string
		for _, x := range e.step.Produces {
			effects = append(effects, code(x))
		}
		item("Effects", strings.Join(effects, ", "))
	}
	var goals []string
	for _, g := range e.goals {
		goals = append(goals, escaped(g))
	}
	if len(goals) == 0 {
		goals = []string{"none: no plan needs it"}
	}
	item("In the plans of", strings.Join(goals, ", "))
	if d == nil {
		return
	}
	if d.Optional {
		item("Optional", "yes")
	}
	if d.OnFailure != "" && d.OnFailure != manifest.Stop {
		item("On failure", escaped(string(d.OnFailure)))
	}
	if d.Description != "" {
		p.printf("\n%s\n", escaped(d.Description))
	}
	if e.step == nil {
		return // the kit has no files of it
	}
	var links []string
	for _, part := range a.Parts {
		for _, phase := range part.Phases {
			links = append(links, fmt.Sprintf("[%s](%s)", phase, kit.ActionScriptPath(a.ID, string(phase))))
		}
	}
	p.printf("\nScripts: %s\n", strings.Join(links, ", "))
}
