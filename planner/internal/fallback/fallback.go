// Package fallback finds, for each step of a plan, an alternative plan in case
// it fails for good.
package fallback

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/plan"
)

// Limits of the search for fallbacks, in counted nodes: for one fallback, and
// for all fallbacks of a plan, where each node is weighted by the number of
// remaining actions, and each fallback by the number of steps.
const (
	maxNodes = 2_000
	maxWork  = 2_000_000
)

// Problem is the problem that a plan was found in.
type Problem struct {
	Task     *search.Task         // of the plan's goal
	Actions  []*deployment.Action // operator i is action i
	Accesses deployment.Accesses
	// Plan plans for the plan's goal, by cost, in the remaining task, within
	// counted nodes.
	Plan func(left *search.Local, nodes int64) *plan.Plan
	Stop func() bool // nil: never
}

// Find returns the fallbacks of a plan, in the order of its steps.
func Find(p Problem, of *plan.Plan) []plan.Fallback {
	forced := search.Forced(p.Task)
	h := replay(p, of.Steps)
	var out []plan.Fallback
	var local *search.Locality
	work := maxWork
	for i, s := range of.Steps {
		if d := s.Action.Declared; d != nil && d.Fallback == manifest.NeverTake || h.uses[s.Action] == 1 && forced[h.ops[i]] {
			continue
		}
		if local == nil {
			local = search.NewLocality(p.Task)
		}
		behind := h.behind(i)
		left := local.From(h.without(behind), h.ops[i])
		work -= len(of.Steps)
		size := len(left.Ops) + 1
		nodes := min(maxNodes, work/size)
		if nodes <= 0 || p.Stop != nil && p.Stop() {
			break
		}
		instead := p.Plan(left, int64(nodes))
		if instead.Cost == nil {
			continue
		}
		done := make([]*plan.Step, 0, len(of.Steps)-1)
		for k, other := range of.Steps {
			if !behind[k] {
				done = append(done, other)
			}
		}
		f := plan.Fallback{Step: s, Done: done, Plan: instead}
		f.Whole = whole(&f, of, p.Accesses)
		out = append(out, f)
		work -= int(instead.Search.Evaluated) * size
	}
	return out
}

// whole builds Whole of a plan's fallback.
func whole(f *plan.Fallback, of *plan.Plan, known deployment.Accesses) *plan.Plan {
	out := &plan.Plan{System: of.System, Goal: of.Goal, Steps: slices.Clone(f.Done)}
	own := make(map[*plan.Step]*plan.Step, len(f.Plan.Steps))
	for _, s := range f.Plan.Steps {
		c := *s
		c.ID = f.Step.ID + "/" + s.ID
		c.Needs, c.Conflicts = nil, nil
		for _, n := range s.Needs {
			c.Needs = append(c.Needs, own[n])
		}
		for _, o := range s.Conflicts {
			if first := own[o]; first != nil {
				c.Conflicts, first.Conflicts = append(c.Conflicts, first), append(first.Conflicts, &c)
			}
		}
		own[s] = &c
		out.Steps = append(out.Steps, &c)
	}
	out.Link(known)
	place := make(map[*plan.Step]int, len(out.Steps))
	for i, s := range out.Steps {
		place[s] = i
	}
	for _, l := range out.Links {
		if l.Consumer != nil && place[l.Consumer] >= len(f.Done) && place[l.Producer] < len(f.Done) {
			l.Consumer.Needs = append(l.Consumer.Needs, l.Producer)
		}
	}
	for _, s := range out.Steps[len(f.Done):] {
		slices.SortFunc(s.Needs, func(a, b *plan.Step) int { return place[a] - place[b] })
		s.Needs = slices.Compact(s.Needs)
	}
	return out
}

// history is the effects of a plan's steps, one after another.
type history struct {
	t      *search.Task
	ops    []int32 // of each step
	uses   map[*deployment.Action]int
	after  [][]int // the steps that need each step
	writes [][]int32
	byVar  map[int32][]written // in the order of the steps
	final  []int32
}

// written is a value that a step assigns to a variable, or an amount that it
// adds.
type written struct {
	step int
	val  int32
	adds bool
}

// replay applies the steps of a plan.
func replay(p Problem, steps []*plan.Step) *history {
	t := p.Task
	h := &history{t: t, uses: map[*deployment.Action]int{}, after: make([][]int, len(steps)), writes: make([][]int32, len(steps)),
		byVar: map[int32][]written{}, final: slices.Clone(t.Init)}
	index := make(map[*deployment.Action]int32, len(p.Actions))
	for i, a := range p.Actions {
		index[a] = int32(i)
	}
	place := make(map[*plan.Step]int, len(steps))
	state := search.NewReplay(t, h.final)
	for i, s := range steps {
		place[s] = i
		for _, n := range s.Needs {
			h.after[place[n]] = append(h.after[place[n]], i)
		}
		h.ops = append(h.ops, index[s.Action])
		h.uses[s.Action]++
		for _, e := range state.Apply(h.ops[i]) {
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

// without is the state after all steps except some, on which no other one
// depends: it differs from the final one in what those write.
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
