// Package deployment defines the actions of a plan: those that a manifest
// declares, and those that are generated for the kit's own facts. An Action is
// inert data that describes everything about an action: what it needs and
// achieves, what it runs, and what of the kit it is built from. So the planner
// and the renderers don't depend on kinds of actions.
//
// Generated actions come from a Target, the kind of place that is deployed to
// (planner/deployment/docker).
package deployment

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Rolling is how the containers of one service are replaced when they change: some at
// a time, in order.
type Rolling struct {
	Instances  []string // services of the Compose file
	AtOnce     int
	Pause      time.Duration
	StartFirst bool // each new one beside the one that it replaces
}

// Time is how long it takes to replace all, if one takes that long.
func (r *Rolling) Time(one time.Duration) time.Duration {
	n := (len(r.Instances) + r.AtOnce - 1) / r.AtOnce
	return time.Duration(n)*one + time.Duration(max(n-1, 0))*r.Pause
}

// Action is an action of the planning task. It is immutable.
type Action struct {
	ID    string // a declared action's name, or unique within its Target: `image.N.build`
	Kind  string // its kind in the Target, for people only; "" for a declared action
	Title string

	Milestone *manifest.Milestone // nil: none
	Priority  manifest.Priority
	Cost      *big.Rat
	Duration  time.Duration
	Uses      []Use

	Declared *manifest.Action // nil: generated
	Address  string           // of its origin: the declared action, or an object
	Range    hcl.Range        // of the same origin

	// Needs are the facts that must hold for it to run, each once, in addition to a
	// declared action's precondition.
	Needs []manifest.FactRef
	// Achieves and Destroys are the facts that are true, and false, after it has
	// run.
	Achieves, Destroys []manifest.Fact
	// Disrupts are the facts that may be false while it runs, although they are
	// true when it has ended: a restarted server is down for a while.
	Disrupts []manifest.Fact

	// Rolling is how the containers of the services that it starts are replaced when
	// they change.
	Rolling []*Rolling

	// Parts are the scripts that it runs, in the order in which they are shown.
	Parts []Part
	// Shell runs the scripts: sh or bash. Env and Workdir ("": the kit's directory)
	// are their environment, Tools the programs that they need on the host.
	Shell   string
	Env     []manifest.EnvVar
	Workdir string
	Tools   []manifest.Tool
	// Preflight are the runtime's checks that must pass before a run with this
	// action starts anything.
	Preflight []string
	// Measures are what the last lines of run's output must report.
	Measures []Measure

	Timeout       time.Duration // 0: none
	Retries       int           // after a failure
	Backoff       time.Duration // before the first retry; 0: the runtime's default
	SkipWhenValid bool          // run is skipped if validate passes
	Optional      bool          // the deployment continues without it
	OnFailure     manifest.OnFailure

	// Rerun says when a later run does the action again.
	Rerun manifest.Rerun
	// Recheck: the run of the action itself finds out whether there is anything to
	// do, and is quick where there isn't. It is run in each deployment, and counts
	// as done again only where its Products are different afterwards.
	Recheck bool
	// Observes are what the action is made from outside the kit, and Products what
	// shows whether what it has made is different from what it made before: both
	// are looked at where the kit is deployed. An action without Products is taken
	// to make the same as before where all that it is made from is the same.
	Observes, Products []Observed
	// Loads are the files that the servers which the action has started read again
	// when they change. A change doesn't run the action again, only its parts of the
	// phase Reload.
	Loads []Observed
	// Sources, of an action that does nothing but build images, are what the builds
	// read outside the kit. After a rollback the images of the release stand for
	// what it would build, as long as these are as they were then. Empty but not nil:
	// the builds read nothing there.
	Sources []Observed

	// Inputs are what of the kit the action is built from besides its scripts: if
	// one of them changes, it is a different action and runs again.
	Inputs []Input
}

// Use is the amount of a resource that an action holds while it runs.
type Use struct {
	Resource string
	Amount   int64
}

// Resource is a shared capacity that the actions running at the same time must
// not exceed.
type Resource struct {
	Name     string
	Capacity int64
}

// Phase is a stage of an action's run in which a part of it runs.
type Phase string

// The phases. All except Run are omitted if an action has no such part.
const (
	Before   Phase = "before"   // inspects the current state, and changes nothing
	Rollout  Phase = "rollout"  // replaces containers that have changed, some at a time
	Run      Phase = "run"      // does the work
	Reload   Phase = "reload"   // makes servers read changed files again
	Validate Phase = "validate" // fails if the work isn't done
	Rollback Phase = "rollback" // undoes it
	Push     Phase = "push"     // pushes the images that Run has built
	Pull     Phase = "pull"     // pulls the images that Run would build
	Login    Phase = "login"    // gives a new password to the login that doesn't count yet
	Retire   Phase = "retire"   // ends the logins that no longer count
)

// Part is what an action runs in some phases: a script, or a function of
// deploy.sh's runtime.
type Part struct {
	Phases []Phase
	Script manifest.Text // run by the action's shell
	Call   []string      // the function and its arguments; nil: Script is run
	// Err is why a value can't be written in Script, which omits it; nil: Script is
	// complete.
	Err error
}

// Measure is what a plan assumes about a measured state: that the number at the
// end of the output satisfies the comparison.
type Measure struct {
	State *manifest.State
	Op    string // == < <= > >=
	Value *big.Rat
}

// Input is something that an action is built from: exactly one of the following
// kinds.
type Input struct {
	// Text is the input itself.
	Text string
	// File is a file of the kit, by its path; Parts, if any, are the names of the
	// parts of it that count. A missing file counts as empty.
	File  string
	Parts []string
	// Context are patterns of paths relative to the kit's directory: each file of
	// the kit that matches one, or that is in a matching directory, counts with its
	// path.
	Context []string
}

// Observed is something outside the kit that is compared with what it was.
type Observed struct {
	Kind ObservedKind
	Name string
}

// ObservedKind is a kind of thing outside the kit.
type ObservedKind string

// The kinds. Their words are those of the runtime's function `observe`.
const (
	ObservedImage     ObservedKind = "image"     // by its tag: configuration and layers
	ObservedSecret    ObservedKind = "secret"    // by its name: the value
	ObservedVariable  ObservedKind = "variable"  // of .env
	ObservedParameter ObservedKind = "parameter" // by its variable: the value
	ObservedEnvFile   ObservedKind = "env_file"  // its content, and the variables of .env that it mentions
	ObservedPath      ObservedKind = "path"      // a file, or all files of a folder
	ObservedContainer ObservedKind = "container" // by its name: which container it is
	ObservedDigest    ObservedKind = "digest"    // of an image by its reference, as it was last pushed or resolved
	ObservedWorkload  ObservedKind = "workload"  // of a service in a cluster: which one, and of which generation
)

// Validated reports whether the action's outcome is checked.
func (a *Action) Validated() bool { return a.has(Validate) }

// Undoable reports whether the action can be undone.
func (a *Action) Undoable() bool { return a.has(Rollback) }

// Retried reports whether the action is retried when it fails.
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
// priority: if a plan doesn't use it, that is reported.
func (a *Action) HighPriority() bool {
	return a.Priority == manifest.Critical || a.Priority == manifest.High
}
