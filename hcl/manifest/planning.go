package manifest

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Type is the type of a state or of a planning expression.
type Type uint8

const (
	Bool Type = iota + 1
	String
	Number
	StringSet
)

func (t Type) String() string {
	return [...]string{"invalid", "bool", "string", "number", "set(string)"}[t]
}

// State is a variable of the planning task, or a derived one.
type State struct {
	Origin
	Name        string
	Type        Type
	Description string
	Initial     *Value   // nil: unknown until an action establishes it
	Min, Max    *big.Rat // numbers; nil: unbounded
	Derived     *Expr    // bool; nil unless derived
}

// Value is a constant of one of the four types. The zero Kind is unknown.
type Value struct {
	Type Type
	Bool bool
	Str  string
	Num  *big.Rat
	Set  []string // sorted, unique
}

// FactKind names the built-in facts.
type FactKind string

const (
	ImageReady       FactKind = "image.ready"
	SecretSet        FactKind = "secret.set"
	ServiceStarted   FactKind = "service.started"
	ServiceHealthy   FactKind = "service.healthy"
	ServiceCompleted FactKind = "service.completed"
	DatabaseApplied  FactKind = "database.applied"
	ActionDone       FactKind = "action.done"
)

// Fact is a built-in boolean, initially false. Two facts are the same if and only if they are == .
type Fact struct {
	Kind FactKind
	Name string // of the image, secret, service, database or action (instance)
}

// String is the fact's address: `image.constellation.ready`.
func (f Fact) String() string {
	k := string(f.Kind)
	for i := 0; i < len(k); i++ {
		if k[i] == '.' {
			return k[:i] + "." + f.Name + k[i:]
		}
	}
	return k + "." + f.Name
}

// FactRef is a fact with the range that names it.
type FactRef struct {
	Fact
	Range hcl.Range
}

// Op is the operator of a planning expression.
type Op uint8

const (
	OpConst Op = iota + 1 // Value (or unknown: Value == nil)
	OpState               // State; a derived state is one shared node, never copied
	OpFact                // Fact
	OpGoal                // Goal's condition alone; shared, never copied
	OpNot                 // Args[0]
	OpAnd                 // Args…, n-ary; no args: true
	OpOr                  // Args…, n-ary; no args: false
	OpEq                  // Args[0] == Args[1], same type
	OpNe
	OpLt // numbers
	OpLe
	OpGt
	OpGe
	OpCond     // Args[0] ? Args[1] : Args[2]
	OpContains // Args[0] set, Args[1] string
	OpLength   // Args[0] set → number
	OpAdd      // numbers
	OpSub
	OpMul
	OpDiv
	OpMod
	OpNeg
	OpUnion     // sets, n-ary
	OpSubtract  // sets, binary
	OpIntersect // sets, n-ary
	OpMakeSet   // Args… strings → set
	OpBound     // effects only: the value lies in an interval (Bound), around Args[0]
)

// BoundKind is the side of an OpBound.
type BoundKind uint8

const (
	Below   BoundKind = iota + 1 // < Args[0]
	AtMost                       // <= Args[0]
	Above                        // > Args[0]
	AtLeast                      // >= Args[0]
)

// Expr is a planning expression over states and facts: conditions (type Bool), derived states and the
// right-hand sides of effects. Semantics are Kleene's three-valued logic over unknowns and intervals;
// hcl/spec.md describes them. Nodes are immutable and may be shared.
type Expr struct {
	Op    Op
	Type  Type
	Args  []*Expr
	Value *Value // OpConst; nil is unknown (HCL null)
	State *State // OpState
	Fact  Fact   // OpFact
	Goal  *Goal  // OpGoal
	Bound BoundKind
	Range hcl.Range
}

// Effect sets a state to a value computed over the state before the action.
type Effect struct {
	State *State
	Value *Expr // Type == State.Type; OpConst with nil Value: unknown again
	Range hcl.Range
}

// Action is a declared action (an instance, if for_each is used).
type Action struct {
	Origin
	Name          string // label, or label-key
	Title         string // default: the name
	Description   string
	Milestone     *Milestone // nil: none
	Category      string
	Precondition  *Expr        // nil: true. depends_on is in DependsOn, not here.
	DependsOn     []*ActionRef // precondition action.x.done
	Effects       []Effect     // sorted by state's name
	Achieves      []FactRef    // become true
	Destroys      []FactRef    // become false
	Cost          *big.Rat     // ≥ 0
	CostNote      string
	Duration      time.Duration
	DurationNote  string
	Priority      Priority // default medium
	PriorityNote  string
	Shell         string // sh | bash
	Workdir       string // verbatim; "" is the kit's folder
	Env           []EnvVar
	Tools         []Tool
	Run           Text
	Validate      Text
	Rollback      Text
	Retries       int
	Backoff       time.Duration
	Timeout       time.Duration // 0: none
	Optional      bool
	SkipWhenValid bool
	OnFailure     OnFailure      // default stop
	Fallback      FallbackPolicy // default ask
	Rerun         Rerun          // default changed
	Inputs        []Path         // files and folders that it is made from, besides its scripts
	Disrupts      []*Service     // services that may be away while it runs, sorted by name
	Uses          []Use          // sorted by resource
	Measures      []Measure      // sorted by state
	At            Ranges         // of run, validate, rollback, targets, if they are set
}

// Path is a path outside the kit, relative to the kit's folder unless absolute.
type Path struct {
	Path  string
	Range hcl.Range
}

// ActionRef names an action from another place.
type ActionRef struct {
	Action *Action
	Range  hcl.Range
}

// Use is the amount of a resource that an action uses while it runs.
type Use struct {
	Resource *Resource
	Amount   int64
	Range    hcl.Range
}

// Measure says that an effect's value is read from the body's output. The
// effect is a constant, or a bound of one.
type Measure struct {
	State *State
	From  string // output: the last line that is a number
	Range hcl.Range
}

// Goal is a planning goal.
type Goal struct {
	Origin
	Name        string
	Title       string
	Description string
	Condition   *Expr        // nil: true
	Include     []*ActionRef // actions that must be done, sorted by name
	Objective   string       // cost | makespan
	Default     bool
	Implicit    bool // generated: no goal was declared
}

// Parallel asserts that its actions can run in parallel.
type Parallel struct {
	Origin
	Name    string
	Actions []*ActionRef
}
