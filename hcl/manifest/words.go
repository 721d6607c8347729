package manifest

import "strconv"

// Condition is what a service waits for in another one before it starts.
type Condition string

// The conditions, as in depends_on.
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
	panic("manifest: unknown condition: " + string(c))
}

// Compose is the condition's name in the Compose Specification.
func (c Condition) Compose() string {
	switch c {
	case OnStarted:
		return "service_started"
	case OnHealthy:
		return "service_healthy"
	case OnCompleted:
		return "service_completed_successfully"
	}
	panic("manifest: unknown condition: " + string(c))
}

// Priority decides which of several ready actions starts first.
type Priority string

// The priorities; Medium is the default.
const (
	Critical Priority = "critical"
	High     Priority = "high"
	Medium   Priority = "medium"
	Low      Priority = "low"
)

// Rank is 0 for the highest priority, and counts up; without a priority it is Medium's.
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

// OnFailure decides what happens to the rest of the plan when an action fails.
type OnFailure string

// The values of on_failure; Stop is the default.
const (
	Stop     OnFailure = "stop"
	Continue OnFailure = "continue"
	Rollback OnFailure = "rollback"
)

// FallbackPolicy decides whether deploy.sh switches to a fallback plan when an action fails.
type FallbackPolicy string

// The values of fallback; AskFirst is the default.
const (
	AskFirst  FallbackPolicy = "ask"
	Automatic FallbackPolicy = "auto"
	NeverTake FallbackPolicy = "never"
)

// Rerun says when an action that is done is done again.
type Rerun string

// What rerun may say; RerunChanged is the default.
const (
	RerunChanged Rerun = "changed" // its inputs changed, or what an action that it needs has made
	RerunAlways  Rerun = "always"  // also when an action that it needs was done again
	RerunNever   Rerun = "never"   // only when its validation fails
)

// RestartPolicy decides when the engine restarts a container that ended.
type RestartPolicy string

// The policies, by their names in restart and Docker.
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
	Attempts *int // of RestartOnFailure; nil: unlimited
}

// String is the policy in Docker's notation, "" for none.
func (r Restart) String() string {
	if r.Attempts != nil {
		return string(r.Policy) + ":" + strconv.Itoa(*r.Attempts)
	}
	return string(r.Policy)
}

// Succeeded reports whether a container that ended successfully is restarted.
func (r Restart) Succeeded() bool {
	switch r.Policy {
	case RestartAlways, RestartUnlessStopped:
		return true
	case RestartNo, RestartOnFailure:
	}
	return false
}

// Words are the values of an enumeration, for a schema.
func Words[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
