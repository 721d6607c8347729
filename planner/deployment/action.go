// Package deployment says what the actions of a plan are: those that a manifest
// declares, and those that are generated for facts of the kit's own. An Action is
// inert data that says all of an action: what it needs and achieves, what it
// runs, and what of the kit it is made from. So the planner, the renderers and
// whoever else asks need to know no kind of action.
//
// Generated actions are made by a Target, the kind of place that is deployed to
// (planner/deployment/docker).
package deployment

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Action is an action of the planning task. It isn't changed once it is made.
type Action struct {
	ID    string // a declared action's name, or unique of its Target: `image.N.build`
	Kind  string // what a Target calls it, for the reader alone; "" of a declared action
	Title string

	Milestone *manifest.Milestone // nil: none
	Priority  manifest.Priority
	Cost      *big.Rat
	Duration  time.Duration
	Uses      []Use

	Declared *manifest.Action // nil: generated
	Address  string           // of what it is made for: the declared action, or an object
	Range    hcl.Range        // of the same

	// Needs are the facts that must hold for it to run, each once, besides a
	// declared action's precondition.
	Needs []manifest.FactRef
	// Achieves and Destroys are the facts that are true, and false, once it has run.
	Achieves, Destroys []manifest.Fact
	// Disrupts are the facts that may be untrue while it runs, though they are
	// true when it has ended: a server that is started again is away for a while.
	Disrupts []manifest.Fact

	// Parts are the scripts that it runs, in the order in which they are shown.
	Parts []Part
	// Shell runs the scripts: sh or bash. Env and Workdir ("": the kit's folder)
	// are what they are run in, Tools the programs that they need on the host.
	Shell   string
	Env     []manifest.EnvVar
	Workdir string
	Tools   []manifest.Tool
	// Preflight are the checks of the runtime that must pass before a run that
	// takes the action starts anything.
	Preflight []string
	// Measures are what the last lines of the output of run must say.
	Measures []Measure

	Timeout       time.Duration // 0: none
	Retries       int           // after a failure
	Backoff       time.Duration // before the first of them; 0: the runtime's own
	SkipWhenValid bool          // run isn't run where validate finds nothing to do
	Optional      bool          // the deployment goes on without it
	OnFailure     manifest.OnFailure

	// Inputs are what of the kit the action is made from besides its scripts: when
	// one of them changes, it is another action, and runs again.
	Inputs []Input
}

// Use is what an action takes of a resource while it runs.
type Use struct {
	Resource string
	Amount   int64
}

// Resource is a shared capacity: the uses of the actions that run at the same
// time are at most that much.
type Resource struct {
	Name     string
	Capacity int64
}

// Phase is a moment in the run of an action at which a part of it runs.
type Phase string

// The phases. All but Run are left out where an action has no such part.
const (
	Before   Phase = "before"   // looks at what is there, and changes nothing
	Run      Phase = "run"      // does the work
	Validate Phase = "validate" // fails where the work isn't done
	Rollback Phase = "rollback" // undoes it
)

// Part is what an action runs in some phases: a script, or a function of the
// runtime of deploy.sh.
type Part struct {
	Phases []Phase
	Script manifest.Text // run by the action's shell
	Call   []string      // the function and its arguments; nil: Script is run
	// Err is why a value can't stand in Script, which lacks it; nil: all is there.
	Err error
}

// Measure is what a plan assumes of a state that an action measures: that the
// number which its output ends with compares so.
type Measure struct {
	State *manifest.State
	Op    string // == < <= > >=
	Value *big.Rat
}

// Input is something that an action is made from: exactly one of the kinds of
// input that follow.
type Input struct {
	// Text is the input itself.
	Text string
	// File is a file of the kit, by its path; Parts, where there are any, are the
	// names of those things in it that count. A file that the kit lacks counts
	// as an empty text.
	File  string
	Parts []string
	// Context are patterns of paths, seen from the kit's folder: each file of the
	// kit that one of them matches, or that is in a folder which one matches,
	// counts with its path.
	Context []string
}

// Validated reports whether the action's outcome is checked.
func (a *Action) Validated() bool { return a.has(Validate) }

// Undoable reports whether the action can be undone.
func (a *Action) Undoable() bool { return a.has(Rollback) }

// Retried reports whether the action is tried again when it fails.
func (a *Action) Retried() bool { return a.Retries > 0 }

func (a *Action) has(p Phase) bool {
	for _, part := range a.Parts {
		for _, x := range part.Phases {
			if x == p {
				return true
			}
		}
	}
	return false
}

// HighPriority reports whether the manifest gives the action a critical or high
// priority: that a plan does without it is worth a word.
func (a *Action) HighPriority() bool {
	return a.Priority == manifest.Critical || a.Priority == manifest.High
}
