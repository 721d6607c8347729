package planner

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// Bounds of the search for fallbacks, by counted nodes: of one fallback, and of
// all those of a plan, where each node weighs as much as what is left to be
// done has actions, and each fallback as much as the plan has steps.
const (
	fallbackNodes = 2_000
	fallbackWork  = 2_000_000
)

// Fallback is the way on when one step of a plan fails for good: the cheapest
// plan for the same goal that does not use the failed step's action at all,
// from the state in which the failed step has changed nothing and every step
// that does not need it is done.
//
// A runner, when Step has failed, undoes it (its rollback), brings all of Done
// to its end, and then runs the steps of Plan instead of those of the goal's
// plan that are neither Step nor in Done. Plan is complete in itself: its Needs
// point to its own steps, its IDs are numbered by themselves (so an ID may also
// be that of a step of the goal's plan, which is then another use of that
// action), and what its steps need beyond their Needs holds once Done is done.
// Replaying Done and then Plan.Steps, each in their order, reaches the goal.
//
// There is one where another way to the goal exists and was found within a
// number of nodes; none for actions that are declared with fallback = "never".
type Fallback struct {
	Step *Step
	// Done are the steps that do not need Step, directly or through others, in
	// the order of the plan.
	Done []*Step
	// Plan's Status is Optimal, or Bounded where the bound on the search was hit
	// behind the first plan found.
	Plan *Plan
	// Whole is the way to the goal: Done, then copies of Plan's steps whose IDs
	// begin with Step's ID and a slash, and whose Needs are also the steps of Done
	// that bring about what they read. It has its Links, but no times of its own
	// and no cost.
	Whole *Plan
}

// fallbacks adds to a plan its fallbacks.
func (p *Problem) fallbacks(out *Plan) {
	if out.Cost == nil || len(out.Steps) == 0 {
		return
	}
	t := p.Task(out.Goal)
	if t == nil {
		return // stopped
	}
	forced := search.Forced(t)
	h := p.history(t, out.Steps)
	var local *search.Locality
	work := fallbackWork
	for i, s := range out.Steps {
		if d := s.Action.Declared; d != nil && d.Fallback == manifest.NeverTake || h.uses[s.Action] == 1 && forced[h.ops[i]] {
			continue
		}
		if local == nil {
			local = search.NewLocality(t)
		}
		behind := h.behind(i)
		part := local.From(h.without(behind), h.ops[i])
		work -= len(out.Steps)
		size := len(part.Ops) + 1
		q := p.detour(min(fallbackNodes, work/size))
		if q.o.MaxNodes <= 0 || p.o.Stop != nil && p.o.Stop() {
			return
		}
		if way := q.way(out.Goal, part); way.Cost != nil {
			done := make([]*Step, 0, len(out.Steps)-1)
			for k, other := range out.Steps {
				if !behind[k] {
					done = append(done, other)
				}
			}
			f := Fallback{Step: s, Done: done, Plan: way}
			f.Whole = f.join(out, p.access)
			out.Fallbacks = append(out.Fallbacks, f)
			work -= int(way.Search.Evaluated) * size
		}
	}
}

// join makes Whole of a plan's fallback.
func (f *Fallback) join(p *Plan, known accesses) *Plan {
	whole := &Plan{System: p.System, Goal: p.Goal, Steps: slices.Clone(f.Done)}
	own := make(map[*Step]*Step, len(f.Plan.Steps))
	for _, s := range f.Plan.Steps {
		c := *s
		c.ID = f.Step.ID + "/" + s.ID
		c.Needs, c.Apart = nil, nil
		for _, n := range s.Needs {
			c.Needs = append(c.Needs, own[n])
		}
		for _, o := range s.Apart {
			if first := own[o]; first != nil {
				c.Apart, first.Apart = append(c.Apart, first), append(first.Apart, &c)
			}
		}
		own[s] = &c
		whole.Steps = append(whole.Steps, &c)
	}
	whole.link(known)
	place := make(map[*Step]int, len(whole.Steps))
	for i, s := range whole.Steps {
		place[s] = i
	}
	for _, l := range whole.Links {
		if l.Consumer != nil && place[l.Consumer] >= len(f.Done) && place[l.Producer] < len(f.Done) {
			l.Consumer.Needs = append(l.Consumer.Needs, l.Producer)
		}
	}
	for _, s := range whole.Steps[len(f.Done):] {
		slices.SortFunc(s.Needs, func(a, b *Step) int { return place[a] - place[b] })
		s.Needs = slices.Compact(s.Needs)
	}
	return whole
}

// way plans for a goal in what is left to be done.
func (p *Problem) way(goal *manifest.Goal, part *search.Local) *Plan {
	out, ok := p.begin(goal)
	if !ok {
		return out
	}
	plan := p.cheapest(out, part.Task)
	if out.Cost != nil {
		p.fill(out, part.Task, plan, nil, part)
	}
	return out
}

// history is what the steps of a plan do, one after another.
type history struct {
	t      *search.Task
	ops    []int32 // of each step
	uses   map[*Action]int
	after  [][]int // the steps that need each step
	writes [][]int32
	byVar  map[int32][]written // in the order of the steps
	final  []int32
}

// written is a value that a step gives a variable, or a sum that it adds.
type written struct {
	step int
	val  int32
	adds bool
}

// history replays a plan.
func (p *Problem) history(t *search.Task, steps []*Step) *history {
	h := &history{t: t, uses: map[*Action]int{}, after: make([][]int, len(steps)), writes: make([][]int32, len(steps)),
		byVar: map[int32][]written{}, final: slices.Clone(t.Init)}
	index := make(map[*Action]int32, len(p.actions))
	for i, a := range p.actions {
		index[a] = int32(i)
	}
	place := make(map[*Step]int, len(steps))
	replay := search.NewReplay(t, h.final)
	for i, s := range steps {
		place[s] = i
		for _, n := range s.Needs {
			h.after[place[n]] = append(h.after[place[n]], i)
		}
		h.ops = append(h.ops, index[s.Action])
		h.uses[s.Action]++
		for _, e := range replay.Apply(h.ops[i]) {
			h.writes[i] = append(h.writes[i], e.Var)
			h.byVar[e.Var] = append(h.byVar[e.Var], written{i, e.Val, e.Add != 0})
		}
	}
	return h
}

// behind marks a step and all that need it, directly or through others.
func (h *history) behind(step int) map[int]bool {
	out := map[int]bool{step: true}
	for queue := []int{step}; len(queue) > 0; {
		i := queue[0]
		queue = queue[1:]
		for _, k := range h.after[i] {
			if !out[k] {
				out[k] = true
				queue = append(queue, k)
			}
		}
	}
	return out
}

// without is the state when all steps are done but some, on which no other one
// depends: it differs from the last one in what those write.
func (h *history) without(steps map[int]bool) []int32 {
	state := slices.Clone(h.final)
	for i := range steps {
		for _, v := range h.writes[i] {
			val := h.t.Init[v]
			for _, w := range h.byVar[v] {
				switch {
				case steps[w.step]:
				case w.adds:
					if sum, ok := h.t.Added(h.ops[w.step], v, val); ok {
						val = sum
					}
				default:
					val = w.val
				}
			}
			state[v] = val
		}
	}
	return state
}

// detour is the planning that finds what would be, within a number of nodes.
func (p *Problem) detour(nodes int) *Problem {
	q := *p
	q.o = Options{Objective: "cost", Stop: p.o.Stop, MaxNodes: int64(nodes), MaxBytes: p.o.MaxBytes}
	q.changed = true
	return &q
}
