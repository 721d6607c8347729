package planner

import (
	"container/heap"
	"fmt"
	"sort"
	"strconv"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/schedule"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// scheduleNodes limits the search for a shortest schedule in counted nodes, so
// that all machines find the same result.
const scheduleNodes = 3_000

// buildSteps builds the plan's steps from a sequence of operators: their
// partial order, their times, and an order to print them in. hint, if not nil,
// are starts to improve on. of, if not nil, is the task that this one was cut
// from.
func (p *Problem) buildSteps(out *Plan, t *search.Task, ops []int32, hint []int64, of *search.Local) {
	order := schedule.Order(t, ops)
	if of != nil {
		ops = outside(of.Ops, ops)
		for _, cs := range order.Changes {
			for i := range cs {
				cs[i].Var = of.Vars[cs[i].Var]
			}
		}
		for i := range order.Links {
			order.Links[i].Var = of.Vars[order.Links[i].Var]
		}
	}
	steps := make([]*Step, len(ops))
	jobs := make([]schedule.Job, len(ops))
	uses, capacity := p.uses(out.Resources)
	conflicting := p.conflicting(ops, order.Needs)
	for i, o := range ops {
		a := p.actions[o]
		steps[i] = &Step{Action: a, Conditions: order.Reads[i]}
		jobs[i] = schedule.Job{Duration: int64(a.Duration), Needs: order.Needs[i], Conflicts: conflicting[i], Rank: rank(a), Uses: uses(o)}
		for _, j := range order.Needs[i] {
			steps[i].Needs = append(steps[i].Needs, steps[j])
			steps[i].Level = max(steps[i].Level, steps[j].Level+1)
		}
	}
	times := schedule.Schedule(jobs, capacity, hint, scheduleNodes, p.o.Stop)
	for i, s := range steps {
		for _, j := range conflicting[i] {
			s.Conflicts = append(s.Conflicts, steps[j])
		}
		s.Start = time.Duration(times.Start[i])
		s.Finish = s.Start + s.Action.Duration
		s.Slack = time.Duration(times.Slack[i])
		s.Critical = times.Slack[i] == 0
	}
	span, lower := time.Duration(times.Makespan), time.Duration(times.Lower)
	out.Makespan, out.MakespanLowerBound = &span, &lower
	p.produces(order.Changes, steps)
	p.serve(order.Links, steps)
	out.Steps = linear(steps, jobs)
	number(out.Steps)
}

// outside maps the operators of a part to those of the whole.
func outside(whole, ops []int32) []int32 {
	out := make([]int32, len(ops))
	for i, o := range ops {
		out[i] = whole[o]
	}
	return out
}

// uses lists what an action holds of the resources, by their index.
func (p *Problem) uses(resources []Resource) (uses func(action int32) []schedule.Use, capacity []int64) {
	index := map[string]int{}
	for i, r := range resources {
		index[r.Name] = i
		capacity = append(capacity, r.Capacity)
	}
	return func(action int32) []schedule.Use {
		var out []schedule.Use
		for _, u := range p.actions[action].Uses {
			r := index[u.Resource]
			out = append(out, schedule.Use{Resource: r, Amount: min(u.Amount, capacity[r])})
		}
		return out
	}, capacity
}

// rank orders equally urgent steps.
func rank(a *Action) int { return a.Priority.Rank() }

// startQueue orders steps by start, then rank, then position in the sequence.
type startQueue struct {
	steps []*Step
	jobs  []schedule.Job
	items []int
}

func (q *startQueue) Len() int { return len(q.items) }
func (q *startQueue) Less(a, b int) bool {
	i, j := q.items[a], q.items[b]
	if q.steps[i].Start != q.steps[j].Start {
		return q.steps[i].Start < q.steps[j].Start
	}
	if q.jobs[i].Rank != q.jobs[j].Rank {
		return q.jobs[i].Rank < q.jobs[j].Rank
	}
	if x, y := q.steps[i].Action.ID, q.steps[j].Action.ID; x != y {
		return x < y
	}
	return i < j
}
func (q *startQueue) Swap(a, b int) { q.items[a], q.items[b] = q.items[b], q.items[a] }
func (q *startQueue) Push(x any)    { q.items = append(q.items, x.(int)) }
func (q *startQueue) Pop() any {
	x := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	return x
}

// linear lists the steps in an order that respects needs, by start.
func linear(steps []*Step, jobs []schedule.Job) []*Step {
	succs := make([][]int, len(steps))
	left := make([]int, len(steps))
	q := &startQueue{steps: steps, jobs: jobs}
	for i := range steps {
		left[i] = len(jobs[i].Needs)
		for _, j := range jobs[i].Needs {
			succs[j] = append(succs[j], i)
		}
		if left[i] == 0 {
			heap.Push(q, i)
		}
	}
	place := make(map[*Step]int, len(steps))
	var out []*Step
	for q.Len() > 0 {
		i := heap.Pop(q).(int)
		place[steps[i]] = len(out)
		out = append(out, steps[i])
		for _, j := range succs[i] {
			if left[j]--; left[j] == 0 {
				heap.Push(q, j)
			}
		}
	}
	for _, s := range out {
		sort.Slice(s.Needs, func(i, j int) bool { return place[s.Needs[i]] < place[s.Needs[j]] })
	}
	return out
}

// number assigns the steps their IDs.
func number(steps []*Step) {
	uses := map[*Action]int{}
	for _, s := range steps {
		uses[s.Action]++
		s.ID = s.Action.ID
		if n := uses[s.Action]; n > 1 {
			s.ID = fmt.Sprintf("%s#%d", s.Action.ID, n)
		}
	}
}

// serve records which later step, or the goal, needs what each step produces.
func (p *Problem) serve(links []schedule.Link, steps []*Step) {
	vars := p.model.Vars()
	for _, l := range links {
		s := CausalLink{Producer: steps[l.From], Variable: vars[l.Var].Name()}
		if l.To < len(steps) {
			s.Consumer = steps[l.To]
		}
		steps[l.From].Serves = append(steps[l.From].Serves, s)
	}
}

func assignment(name, value string) string {
	if value != "" && (value[0] == '<' || value[0] == '>') {
		return name + " " + value
	}
	return name + " = " + value
}

// produces records what each step produces.
func (p *Problem) produces(changes [][]schedule.Change, steps []*Step) {
	vars := p.model.Vars()
	for i := range steps {
		known := map[manifest.Fact]bool{}
		steps[i].Changes = len(changes[i])
		for _, c := range changes[i] {
			val := c.To
			x := &vars[c.Var]
			text := ""
			switch {
			case x.Whole && val == 1:
				text = x.State.Name + " = unknown"
			case x.Whole:
				text = x.State.Name + " = known"
			case x.IsElem && val == 1:
				text = x.State.Name + " += " + strconv.Quote(x.Elem)
			case x.IsElem:
				text = x.State.Name + " -= " + strconv.Quote(x.Elem)
			case x.State != nil:
				text = assignment(x.State.Name, x.ValueText(val))
			case x.Fact.Kind == manifest.ActionDone:
				continue
			default:
				known[x.Fact] = true
				text = x.Fact.String() + " = " + x.ValueText(val)
			}
			steps[i].Produces = append(steps[i].Produces, text)
		}
		for _, f := range steps[i].Action.Achieves {
			if !known[f] && !p.model.Knows(f) {
				steps[i].Produces = append(steps[i].Produces, f.String()+" = true")
			}
		}
	}
}
