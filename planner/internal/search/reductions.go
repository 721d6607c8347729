package search

// Reductions make the space that A* searches smaller, and lose no optimum by it.
// Plans that structure proves need none of them: package advanced has those that
// there are, and A* knows them by this alone.
type Reductions interface {
	// Shrink leaves out operators that can be applied in no state that can be
	// reached. ops are the numbers of the others; nil: none is left out. then is
	// what the smaller task is to be searched with.
	Shrink(t *Task, stop func() bool) (smaller *Task, ops []int32, then Reductions)
	// Begin is called for each search.
	Begin(t *Task, stop func() bool) Reducer
}

// Reducer is what Reductions do in one search.
type Reducer interface {
	// Expand is called before the n-th state is expanded.
	Expand(n int64)
	// Filter keeps, of the operators that are applicable in the state that e looks
	// at, those that must be tried. It may write to ops.
	Filter(e *Eval, ops []int32) []int32
	// Representative is the state that stands for another one: it is as far from
	// the goal, and may be that one itself. It is good until the next call.
	Representative(vals []int32) []int32
	// Unfold turns operators, each applied in the state that stands for what the
	// ones before it led to, into a plan from the initial state. stands gives the
	// state that stands for what the i-th one leads to.
	Unfold(ops []int32, stands func(i int) []int32) []int32
	// Name names what left out operators or states, "off" where nothing did.
	Name() string
}

// nothing is a Reducer that does nothing.
type nothing struct{}

func (nothing) Expand(int64)                                    {}
func (nothing) Filter(_ *Eval, ops []int32) []int32             { return ops }
func (nothing) Representative(vals []int32) []int32             { return vals }
func (nothing) Unfold(ops []int32, _ func(int) []int32) []int32 { return ops }
func (nothing) Name() string                                    { return "off" }

// reducer begins a search with the configuration's reductions.
func (c *Config) reducer(t *Task) Reducer {
	if c.Reductions == nil {
		return nothing{}
	}
	return c.Reductions.Begin(t, c.Stop)
}
