// Package assess computes the quality of plans.
package assess

import (
	"math/big"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/plan"
)

// Quality computes the figures of a plan with a cost and known fallbacks. held
// are the facts that hold where it starts, and goals says how many goals of the
// manifest have a plan.
func Quality(m *manifest.Manifest, p *plan.Plan, held []manifest.Fact, goals plan.Share) *plan.Quality {
	q := &plan.Quality{GoalsReachable: goals}
	switch {
	case p.LowerBound.Sign() > 0:
		q.Optimality = new(big.Rat).Quo(p.Cost, p.LowerBound)
	case p.Cost.Sign() == 0:
		q.Optimality = big.NewRat(1, 1)
	}
	total := time.Duration(0)
	replaceable := map[*plan.Step]bool{}
	for _, f := range p.Fallbacks {
		replaceable[f.Step] = true
	}
	type precondition struct {
		of       *plan.Step
		variable string
	}
	made := map[precondition]bool{} // by earlier steps
	for _, s := range p.Steps {
		total += s.Action.Duration
		q.Validated.Add(s.Action.Validated())
		q.Undoable.Add(s.Action.Undoable())
		q.Retried.Add(s.Action.Retried())
		q.Replaceable.Add(replaceable[s])
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
	if *p.Makespan > 0 {
		q.Parallelism = big.NewRat(int64(total), int64(*p.Makespan))
	}
	if *p.MakespanLowerBound > 0 {
		q.ParallelismBound = big.NewRat(int64(total), int64(*p.MakespanLowerBound))
	}
	holds := finally(p, held)
	for _, c := range m.Criteria {
		if wants := probed(m, c); len(wants) > 0 {
			covered := true
			for _, f := range wants {
				covered = covered && holds[f]
			}
			q.CriteriaCovered.Add(covered)
		}
	}
	return q
}

// finally are the facts that hold where a plan ends.
func finally(p *plan.Plan, held []manifest.Fact) map[manifest.Fact]bool {
	holds := map[manifest.Fact]bool{}
	for _, f := range held {
		holds[f] = true
	}
	for _, s := range p.Steps {
		for _, f := range s.Action.Destroys {
			holds[f] = false
		}
		for _, f := range s.Action.Achieves {
			holds[f] = true
		}
	}
	return holds
}

// probed are the facts that must hold for a criterion to be met; none if it
// probes nothing of the kit.
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
	case *manifest.CommandProbe: // what it inspects is unknown
	}
	if service != nil {
		out = append(out, service.Up())
	}
	return out
}
