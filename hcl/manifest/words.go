package manifest

import "strconv"

// Condition is what a service waits for in another one before it starts.
type Condition string

// The conditions, as depends_on says them.
const (
	OnStarted   Condition = "started"
	OnHealthy   Condition = "healthy"
	OnCompleted Condition = "completed"
)

// Conditions are all of them.
var Conditions = []Condition{OnStarted, OnHealthy, OnCompleted}

// Fact is the fact that a condition waits for.
func (c Condition) Fact() FactKind {
	switch c {
	case OnStarted:
		return ServiceStarted
	case OnHealthy:
		return ServiceHealthy
	case OnCompleted:
		return ServiceCompleted
	}
	panic("manifest: no condition: " + string(c))
}

// Compose is the condition in the words of the Compose Specification.
func (c Condition) Compose() string {
	switch c {
	case OnStarted:
		return "service_started"
	case OnHealthy:
		return "service_healthy"
	case OnCompleted:
		return "service_completed_successfully"
	}
	panic("manifest: no condition: " + string(c))
}

// Priority says which of several actions that are ready goes first.
type Priority string

// The priorities, as actions say them; Medium is the default.
const (
	Critical Priority = "critical"
	High     Priority = "high"
	Medium   Priority = "medium"
	Low      Priority = "low"
)

// Rank is 0 for what goes first, and counts up; that of none is Medium's.
func (p Priority) Rank() int {
	switch p {
	case Critical:
		return 0
	case High:
		return 1
	case Medium:
		return 2
	case Low:
		return 3
	}
	return Medium.Rank()
}

// OnFailure says what becomes of the rest when an action fails.
type OnFailure string

// What on_failure may say; Stop is the default.
const (
	Stop     OnFailure = "stop"
	Continue OnFailure = "continue"
	Rollback OnFailure = "rollback"
)

// FallbackPolicy says whether another way to the goal is taken when an action
// fails.
type FallbackPolicy string

// What fallback may say; AskFirst is the default.
const (
	AskFirst  FallbackPolicy = "ask"
	Automatic FallbackPolicy = "auto"
	NeverTake FallbackPolicy = "never"
)

// RestartPolicy says when the engine starts a container again that ended.
type RestartPolicy string

// The policies, as restart and Docker name them.
const (
	RestartNo            RestartPolicy = "no"
	RestartAlways        RestartPolicy = "always"
	RestartOnFailure     RestartPolicy = "on-failure"
	RestartUnlessStopped RestartPolicy = "unless-stopped"
)

// RestartPolicies are all of them.
var RestartPolicies = []RestartPolicy{RestartNo, RestartAlways, RestartOnFailure, RestartUnlessStopped}

// Restart is a service's policy. None is left to Docker, which doesn't restart.
type Restart struct {
	Policy   RestartPolicy
	Attempts *int // of RestartOnFailure; nil: as many as it takes
}

// String is the policy in Docker's words, "" for none.
func (r Restart) String() string {
	if r.Attempts != nil {
		return string(r.Policy) + ":" + strconv.Itoa(*r.Attempts)
	}
	return string(r.Policy)
}

// Succeeded reports whether a container is started again that ended well.
func (r Restart) Succeeded() bool {
	switch r.Policy {
	case RestartAlways, RestartUnlessStopped:
		return true
	case RestartNo, RestartOnFailure:
	}
	return false
}

// Words are the words of an enumeration, for a schema.
func Words[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
