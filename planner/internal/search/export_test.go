package search

// NewHeuristic makes a heuristic for a task.
func NewHeuristic(t *Task, name HeuristicName) Heuristic {
	return newHeuristic(t, newRelaxation(t), Config{Heuristic: name})
}

// Proofs are the ways to prove a plan without searching the whole task.
func Proofs() map[string]func(*Task) (*Result, int64) {
	out := map[string]func(*Task) (*Result, int64){}
	for name, try := range map[string]func(*Task, *relaxation, Config) (*Result, int64){"structure": structured, "parts": decomposed} {
		out[name] = func(t *Task) (*Result, int64) { return try(t, newRelaxation(t), Config{}) }
	}
	return out
}
