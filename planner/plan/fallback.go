package plan

// Fallback is what to do instead when one step of a plan fails for good: the cheapest
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
// There is one where another plan for the goal exists and was found within a
// number of nodes; none for actions that are declared with fallback = "never".
type Fallback struct {
	Step *Step
	// Done are the steps that do not need Step, directly or through others, in
	// the order of the plan.
	Done []*Step
	// Plan's Status is Optimal, or Bounded where the bound on the search was hit
	// behind the first plan found.
	Plan *Plan
	// Whole is all that is done: Done, then copies of Plan's steps whose IDs
	// begin with Step's ID and a slash, and whose Needs are also the steps of Done
	// that bring about what they read. It has its Links, but no times of its own
	// and no cost.
	Whole *Plan
}
