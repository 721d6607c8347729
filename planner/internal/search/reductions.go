package search

// Reductions make the space that A* searches smaller without losing optimal
// plans. Tasks solved by structure need none of them; package advanced
// implements them, and A* uses only this interface.
type Reductions interface {
	// Shrink removes operators that are applicable in no reachable state. ops are
	// the numbers of the others; nil: none is removed. then are the reductions for
	// the search of the smaller task.
	Shrink(t *Task, stop func() bool) (smaller *Task, ops []int32, then Reductions)
	// Begin is called for each search.
	Begin(t *Task, stop func() bool) Reducer
}

// Reducer applies Reductions in one search.
type Reducer interface {
	// Expand is called before the n-th state is expanded.
	Expand(n int64)
	// Filter keeps, of the operators that are applicable in the state that e
	// evaluates, those that must be tried. It may write to ops.
	Filter(e *Eval, ops []int32) []int32
	// Representative is the state that represents another one: it is equally far
	// from the goal, and may be that state itself. It is valid until the next call.
	Representative(vals []int32) []int32
	// Unfold turns operators, each applied in the representative of the state that
	// the previous ones led to, into a plan from the initial state. stands returns
	// the representative of the state that the i-th one leads to.
	Unfold(ops []int32, stands func(i int) []int32) []int32
	// Name names what pruned operators or states, "off" if nothing did.
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
