// Package task lowers planning expressions to finite-domain search tasks,
// exactly: three-valued states, intervals, sets, conditional and simultaneous
// effects. Variables take the values that are reachable in the delete
// relaxation.
package task

import (
	"math/big"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// Action is one action to lower.
type Action struct {
	Name    string           // its name in diagnostics
	Pre     []*manifest.Expr // all must be true
	Needs   []manifest.Fact  // all must hold
	Effects []manifest.Effect
	Adds    []manifest.Fact
	Dels    []manifest.Fact
	Cost    *big.Rat
	Range   hcl.Range
}

// Start is where planning starts.
type Start struct {
	State map[string]*manifest.Value // by name; overrides the declared initial value
	Facts map[manifest.Fact]bool
}

// Goal is what must hold at the end.
type Goal struct {
	Condition *manifest.Expr // nil: true
	Facts     []manifest.Fact
}

// MaxValues limits the values of one state.
const MaxValues = 10_000

// Model is a set of actions over states and facts, lowered once for all goals.
type Model struct {
	actions []Action
	states  map[*manifest.State]*stateVar
	facts   map[manifest.Fact]*factVar
	order   []*stateVar // states in order of first mention
	forder  []*factVar
	derived map[*manifest.State]*boolMemo
	goals   map[*manifest.Goal]*boolMemo

	c      circuits
	tri    map[any]tri // lowered derived states and goals
	vars   []Var
	base   []int32
	varOf  []int32 // of each fact
	init   []int32
	ops    []loweredOp
	scale  *big.Int // costs are multiplied by it
	adds   map[string]int32
	added  map[string]int // by number and constant: values to which it was added
	failed hcl.Diagnostics

	stop  func() bool
	polls uint8
}

// Var is a variable of the search task and what it stands for.
type Var struct {
	State *manifest.State // of a state; nil for a fact
	Fact  manifest.Fact
	// Elem is the element that a boolean of a set represents. Whole says that the
	// boolean represents the set being unknown.
	Elem   string
	IsElem bool
	Whole  bool
	values []value
}

// ValueText is a value of the variable for people.
func (v *Var) ValueText(val int32) string {
	if v.values != nil {
		return v.values[val].String()
	}
	return [...]string{"false", "true"}[val]
}

// Name names the variable: the address of a state or fact, with the element.
func (v *Var) Name() string {
	switch {
	case v.State == nil:
		return v.Fact.String()
	case v.Whole:
		return "state." + v.State.Name + " unknown"
	case v.IsElem:
		return "state." + v.State.Name + " has " + strconv.Quote(v.Elem)
	}
	return "state." + v.State.Name
}

// stateVar is the information about a state while its values are collected.
type stateVar struct {
	s     *manifest.State
	rng   interval // min to max
	vals  []value  // not for sets
	index map[string]int32
	users users
	// version counts the values added so far.
	version int

	// For sets: what each element that occurs may be, in order of occurrence.
	elems        []string
	member       map[string]truth
	whole        truth // isTrue: may be known; isUnknown: may be unknown
	start        []string
	startUnknown bool

	first int32 // its (first) variable
	size  int32
}

// factVar is one of the kit's own facts.
type factVar struct {
	f     manifest.Fact
	may   truth
	first int32
	users users
	start bool
}

// users are the actions to visit again when a value is added.
type users struct {
	actions []int32
	memos   []*boolMemo
}

// boolMemo keeps the possible truth values of a derived state or a goal.
type boolMemo struct {
	expr    *manifest.Expr
	version int // counts invalidations
	valid   bool
	busy    bool
	may     truth
	users   users
}

type loweredOp struct {
	reachable bool
	reads     reads
	seen      []seenEffect // of each effect
	pre       []ref
	effs      []loweredEffect
	cost      int64
}

// reads are what an action's precondition and effects read.
type reads struct {
	states []*stateVar
	facts  []*factVar
	memos  []*boolMemo
}

// seenEffect remembers how far an effect on a number or string has been
// evaluated: up to which value of the state itself, and in which version of
// everything else that the action reads.
type seenEffect struct {
	upto    int
	version int
}

type loweredEffect struct {
	cond ref
	v    int32
	val  int32
	add  int32
}

// Lower builds the model. It is unusable if diagnostics contain errors, or if
// stop (nil: never; polled often) returned true: then ok is false.
func Lower(actions []Action, goals []Goal, start Start, stop func() bool) (m *Model, diags hcl.Diagnostics, ok bool) {
	m = &Model{
		stop:    stop,
		actions: actions,
		states:  map[*manifest.State]*stateVar{},
		facts:   map[manifest.Fact]*factVar{},
		derived: map[*manifest.State]*boolMemo{},
		goals:   map[*manifest.Goal]*boolMemo{},
		tri:     map[any]tri{},
		adds:    map[string]int32{},
		added:   map[string]int{},
	}
	ok = m.unlessStopped(func() {
		m.collect(goals, start)
		m.fixpoint()
		if !m.failed.HasErrors() {
			m.number()
			m.lowerOps()
		}
	})
	return m, m.failed, ok
}

// stopped is the panic that aborts lowering when a limit is reached. It never
// leaves the package.
type stopped struct{}

// poll calls the stop function occasionally.
func (m *Model) poll() {
	if m.polls++; m.polls == 0 && m.stop != nil && m.stop() {
		panic(stopped{})
	}
}

// unlessStopped runs f and reports whether it finished.
func (m *Model) unlessStopped(f func()) (ok bool) {
	defer func() {
		if x := recover(); x != nil {
			if _, is := x.(stopped); !is {
				panic(x)
			}
		}
	}()
	f()
	return true
}

// Vars are the variables of the search tasks.
func (m *Model) Vars() []Var { return m.vars }

// Reachable reports whether an action is applicable in the delete relaxation.
func (m *Model) Reachable(action int) bool { return m.ops[action].reachable }

// Knows reports whether a fact is mentioned in any condition or goal, and so
// has a variable or is constant.
func (m *Model) Knows(f manifest.Fact) bool { return m.facts[f] != nil }

// Mentions reports whether a derived state is mentioned in any condition or
// goal.
func (m *Model) Mentions(derived *manifest.State) bool { return m.derived[derived] != nil }

// MayHold reports whether a fact may ever hold in the delete relaxation.
func (m *Model) MayHold(f manifest.Fact) bool {
	v := m.facts[f]
	return v != nil && v.may&isTrue != 0
}

// May reports whether a condition of an action or a goal may ever be true in
// the delete relaxation.
func (m *Model) May(e *manifest.Expr) bool { return m.may(e, nil)&isTrue != 0 }

// Scale is the factor of costs in the search tasks.
func (m *Model) Scale() *big.Int { return m.scale }

// Task is the search task for a goal: operator i is action i. It is nil if the
// stop function returned true.
func (m *Model) Task(g Goal) (t *search.Task) {
	if !m.unlessStopped(func() { t = m.task(g) }) {
		return nil
	}
	return t
}

func (m *Model) task(g Goal) *search.Task {
	facts := m.base[len(m.vars)]
	x := &exporter{c: &m.c, facts: facts, at: map[ref]search.Ref{}}
	t := &search.Task{FactBase: m.base, Init: m.init}
	for i := range m.vars {
		t.Domains = append(t.Domains, m.base[i+1]-m.base[i])
	}
	var goal []ref
	if g.Condition != nil {
		for _, e := range conjuncts(g.Condition, nil) {
			goal = append(goal, m.lowerBool(e, nil).t)
		}
	}
	for _, f := range g.Facts {
		goal = append(goal, m.factRef(f, true))
	}
	goal = m.c.conjuncts(m.c.and(goal...))
	t.Ops = make([]search.Op, len(m.ops))
	for i := range m.ops {
		m.poll()
		o := &m.ops[i]
		if !o.reachable {
			t.Ops[i] = search.Op{Pre: x.refs([]ref{never}), Cost: o.cost}
			continue
		}
		op := search.Op{Pre: x.refs(o.pre), Cost: o.cost, Effs: make([]search.Effect, 0, len(o.effs))}
		for _, e := range o.effs {
			op.Effs = append(op.Effs, search.Effect{Cond: x.refs(m.c.conjuncts(e.cond)), Var: e.v, Val: e.val, Add: e.add})
		}
		t.Ops[i] = op
	}
	t.Goal = x.refs(goal)
	t.Nodes = x.out
	return t
}

// conjuncts are the operands of nested &&, down to derived states.
func conjuncts(e *manifest.Expr, out []*manifest.Expr) []*manifest.Expr {
	if e.Op == manifest.OpAnd {
		for _, a := range e.Args {
			out = conjuncts(a, out)
		}
		return out
	}
	return append(out, e)
}
