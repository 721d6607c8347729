package planner

import (
	"math/big"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Quality are figures of a plan, computed from it. A ratio that has no meaning
// (of nothing, or over zero) is nil.
type Quality struct {
	Optimality       *big.Rat // cost over its proved lower bound; 1 is optimal
	Parallelism      *big.Rat // time of the steps one after another over the makespan
	ParallelismBound *big.Rat // and over the makespan's lower bound
	// Shares of the steps that are checked, can be undone, are tried again, and
	// have another way on when they fail. Made actions are checked by the kit.
	Validated, Undoable, Retried, Replaceable *big.Rat
	// Goals that have a plan, of all goals.
	GoalsReachable *big.Rat
	// Criteria about services, databases or nothing of the kit that the plan
	// brings up, of all criteria.
	CriteriaCovered *big.Rat
	// Effects of the plan's steps that a later step or the goal needs.
	EffectsUsed *big.Rat
}

// Measure computes the quality of a plan, given the plans of all goals and the
// plan's fallbacks.
func Measure(m *manifest.Manifest, p *Plan, all []*Plan, fallbacks []Fallback) Quality {
	var q Quality
	if p.Cost == nil {
		return q
	}
	if p.LowerBound != nil && p.LowerBound.Sign() > 0 {
		q.Optimality = new(big.Rat).Quo(p.Cost, p.LowerBound)
	}
	total := time.Duration(0)
	var validated, undoable, retried int
	effects, used := 0, 0
	for _, s := range p.Steps {
		total += s.Action.Duration
		d := s.Action.Declared
		if d == nil || len(d.Validate) > 0 {
			validated++
		}
		if d != nil && len(d.Rollback) > 0 || s.Action.Kind == ServiceStart {
			undoable++
		}
		if d != nil && d.Retries > 0 {
			retried++
		}
		effects += len(s.Produces)
		served := map[string]bool{}
		for _, x := range s.Serves {
			served[x.By] = true
		}
		used += min(len(served), len(s.Produces))
	}
	if p.Makespan != nil && *p.Makespan > 0 {
		q.Parallelism = big.NewRat(int64(total), int64(*p.Makespan))
		if *p.MakespanLowerBound > 0 {
			q.ParallelismBound = big.NewRat(int64(total), int64(*p.MakespanLowerBound))
		}
	}
	n := len(p.Steps)
	q.Validated, q.Undoable, q.Retried, q.Replaceable = share(validated, n), share(undoable, n), share(retried, n), share(len(fallbacks), n)
	q.EffectsUsed = share(used, effects)
	reached := 0
	for _, x := range all {
		if x.Cost != nil {
			reached++
		}
	}
	q.GoalsReachable = share(reached, len(all))
	covered := 0
	for _, c := range m.Criteria {
		if covers(p, c) {
			covered++
		}
	}
	q.CriteriaCovered = share(covered, len(m.Criteria))
	return q
}

func share(n, of int) *big.Rat {
	if of == 0 {
		return nil
	}
	return big.NewRat(int64(n), int64(of))
}

// covers reports whether a plan starts, by a made action or by a fact that a
// declared one achieves, what a criterion probes.
func covers(p *Plan, c *manifest.Criterion) bool {
	name := ""
	switch {
	case c.Check == nil:
	case c.Check.Service != nil:
		name = c.Check.Service.Name
	case c.Check.Database != nil && c.Check.Database.Service != nil:
		name = c.Check.Database.Service.Name
	}
	if name == "" {
		return true
	}
	for _, s := range p.Steps {
		for _, f := range s.Action.Achieves {
			if f.Name == name && strings.HasPrefix(string(f.Kind), "service.") {
				return true
			}
		}
	}
	return false
}
