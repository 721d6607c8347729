package plan

import "math/big"

// Quality are figures of a plan, computed from it and from nothing else. A
// ratio that has no meaning (over zero) is nil.
type Quality struct {
	// Optimality is the cost over its proved lower bound: 1 is optimal, and 1.1
	// at most a tenth too expensive.
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

// Add counts one thing more.
func (s *Share) Add(yes bool) {
	s.Of++
	if yes {
		s.Count++
	}
}
