package plan

// Fallback is what to do instead if one step of a plan fails for good: the
// cheapest plan for the same goal that does not use the failed step's action at
// all, from the state in which the failed step has changed nothing and every
// step that does not need it is done.
//
// If Step has failed, a runner undoes it (its rollback), completes all of Done,
// and then runs the steps of Plan instead of those of the goal's plan that are
// neither Step nor in Done. Plan is self-contained: its Needs refer to its own
// steps, its IDs are numbered separately (so an ID may also be that of a step
// of the goal's plan, which is then another use of that action), and what its
// steps need beyond their Needs holds once Done is done. Replaying Done and
// then Plan.Steps, each in order, reaches the goal.
//
// A fallback exists if another plan for the goal exists and was found within a
// number of nodes; there is none for actions declared with fallback = "never".
type Fallback struct {
	Step *Step
	// Done are the steps that do not need Step, directly or through others, in
	// the order of the plan.
	Done []*Step
	// Plan's Status is Optimal, or Bounded if the search limit was reached after
	// the first plan.
	Plan *Plan
	// Whole is everything that is done: Done, then copies of Plan's steps whose IDs
	// begin with Step's ID and a slash, and whose Needs also include the steps of
	// Done that produce what they read. It has Links, but neither times nor a cost.
	Whole *Plan
}
