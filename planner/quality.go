package planner

import (
	"math/big"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Quality are figures of a plan, computed from it and from nothing else. A
// ratio that has no meaning (over zero) is nil.
type Quality struct {
	// Optimality is the cost over its proved lower bound: 1 is optimal, and 1.1
	// at most a tenth too dear.
	Optimality *big.Rat
	// Parallelism is the time of the steps one after another over the makespan,
	// ParallelismBound what it would be at most, over the makespan's lower bound.
	Parallelism, ParallelismBound *big.Rat

	// Robustness: the steps whose outcome is checked, that can be undone, that
	// are tried again, and that have a fallback.
	Validated, Undoable, Retried, Replaceable Share

	// Completeness. Goals that have a plan, of all goals; those of which that was
	// not found out within bounds don't count.
	GoalsReachable Share
	// Criteria whose service is up, and whose database has its schema, where the
	// plan ends; of those that probe one.
	CriteriaCovered Share
	// Changes of states and facts that a later step or the goal needs, of all
	// that the steps make. That an action is done counts as one.
	EffectsUsed Share
	// What the steps depend on and earlier steps have made so, of all states and
	// facts that the steps depend on; the others have held from the start.
	PreconditionsMade Share
}

// Share is a number of things out of all of them; Of may be zero.
type Share struct{ Count, Of int }

func (s *Share) count(yes bool) {
	s.Of++
	if yes {
		s.Count++
	}
}

// assess computes the quality of a plan whose fallbacks are known; goals says
// how many goals have a plan.
func (p *Problem) assess(out *Plan, goals Share) {
	if out.Cost == nil {
		return
	}
	q := &Quality{GoalsReachable: goals}
	switch {
	case out.LowerBound.Sign() > 0:
		q.Optimality = new(big.Rat).Quo(out.Cost, out.LowerBound)
	case out.Cost.Sign() == 0:
		q.Optimality = big.NewRat(1, 1)
	}
	total := time.Duration(0)
	replaceable := map[*Step]bool{}
	for _, f := range out.Fallbacks {
		replaceable[f.Step] = true
	}
	type precondition struct {
		of       *Step
		variable string
	}
	made := map[precondition]bool{} // by earlier steps
	for _, s := range out.Steps {
		total += s.Action.Duration
		q.Validated.count(s.Action.Validated())
		q.Undoable.count(s.Action.Undoable())
		q.Retried.count(s.Action.Retried())
		q.Replaceable.count(replaceable[s])
		served := map[string]bool{}
		for _, x := range s.Serves {
			served[x.Variable] = true
		}
		q.EffectsUsed.Count += min(len(served), s.Changes)
		q.EffectsUsed.Of += s.Changes
		for _, x := range s.Serves {
			if x.Consumer != nil {
				made[precondition{x.Consumer, x.Variable}] = true
			}
		}
		q.PreconditionsMade.Of += s.Conditions
	}
	q.PreconditionsMade.Count = len(made)
	if *out.Makespan > 0 {
		q.Parallelism = big.NewRat(int64(total), int64(*out.Makespan))
	}
	if *out.MakespanLowerBound > 0 {
		q.ParallelismBound = big.NewRat(int64(total), int64(*out.MakespanLowerBound))
	}
	holds := p.finally(out)
	for _, c := range p.m.Criteria {
		if wants := probed(p.m, c); len(wants) > 0 {
			covered := true
			for _, f := range wants {
				covered = covered && holds[f]
			}
			q.CriteriaCovered.count(covered)
		}
	}
	out.Quality = q
}

// finally are the facts that hold where a plan ends.
func (p *Problem) finally(out *Plan) map[manifest.Fact]bool {
	holds := map[manifest.Fact]bool{}
	if from := p.o.From; from != nil {
		for _, f := range from.Facts {
			holds[f] = true
		}
	}
	for _, s := range out.Steps {
		for _, f := range s.Action.Destroys {
			holds[f] = false
		}
		for _, f := range s.Action.Achieves {
			holds[f] = true
		}
	}
	return holds
}

// probed are the facts that have to hold for a criterion to be met; none where
// it probes nothing of the kit.
func probed(m *manifest.Manifest, c *manifest.Criterion) []manifest.Fact {
	var service *manifest.Service
	var out []manifest.Fact
	switch k := c.Probe.(type) {
	case *manifest.HTTPProbe:
		service = k.Service
	case *manifest.TCPProbe:
		service = k.Service
	case *manifest.GRPCProbe:
		service = k.Service
	case *manifest.ContainerProbe:
		service = k.Service
	case *manifest.SQLProbe:
		if k.Database != nil {
			out = append(out, manifest.Fact{Kind: manifest.DatabaseApplied, Name: k.Database.Name})
			service = k.Database.Service
		}
	case *manifest.PromQLProbe:
		if m.Prometheus != nil {
			service = m.Prometheus.Service
		}
	case *manifest.CommandProbe: // says nothing of what it looks at
	}
	if service != nil {
		out = append(out, service.Up())
	}
	return out
}

// reachable counts the goals that have a plan, given those of which that is
// known; the others are planned for within counted nodes.
func (p *Problem) reachable(known map[string]Status) Share {
	var s Share
	q := p.detour(whatIfNodes)
	for _, g := range Goals(p.m) {
		status, ok := known[g.Name]
		if !ok && (p.o.Stop == nil || !p.o.Stop()) {
			status = q.search(&Plan{Goal: g})
		}
		switch status {
		case Optimal, Bounded:
			s.count(true)
		case Unsolvable:
			s.count(false)
		case Limit, Failed:
		}
	}
	return s
}
