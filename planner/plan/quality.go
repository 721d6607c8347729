package plan

import "math/big"

// Quality are figures computed only from a plan. An undefined ratio (over zero)
// is nil.
type Quality struct {
	// Optimality is the cost divided by its proved lower bound: 1 is optimal, and
	// 1.1 at most a tenth too expensive.
	Optimality *big.Rat
	// Parallelism is the sequential duration divided by the makespan,
	// ParallelismBound its maximum, with the makespan's lower bound.
	Parallelism, ParallelismBound *big.Rat

	// Robustness: the steps whose outcome is checked, that can be undone, that are
	// retried, and that have a fallback.
	Validated, Undoable, Retried, Replaceable Share

	// Completeness. Goals that have a plan, of all goals; goals not decided within
	// limits don't count.
	GoalsReachable Share
	// Criteria whose service is up, and whose database has its schema, where the
	// plan ends; of those that probe one.
	CriteriaCovered Share
	// Changes of states and facts that a later step or the goal needs, of all
	// changes that the steps make. The fact that an action is done counts as one.
	EffectsUsed Share
	// States and facts that earlier steps produce, of all that the steps depend on;
	// the others have held from the start.
	PreconditionsMade Share
}

// Share is a fraction as two counts; Of may be zero.
type Share struct{ Count, Of int }

// Add counts one more.
func (s *Share) Add(yes bool) {
	s.Of++
	if yes {
		s.Count++
	}
}
