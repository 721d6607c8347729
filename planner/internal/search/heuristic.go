package search

import "fmt"

// HeuristicName names a heuristic. "" is LMCut.
type HeuristicName string

const (
	LMCut    HeuristicName = "lmcut"
	HMax     HeuristicName = "hmax"
	Blind    HeuristicName = "blind"    // the least cost of an operator
	Weighted HeuristicName = "weighted" // not admissible: its plans are never called optimal
)

// heuristics is the one list of them: a new one is a constant and a row here.
var heuristics = []struct {
	name HeuristicName
	make func(t *Task, x *relaxation, c Config) Heuristic
}{
	{LMCut, func(_ *Task, x *relaxation, c Config) Heuristic { return newLMCut(x, c.Stop) }},
	{HMax, func(_ *Task, x *relaxation, _ Config) Heuristic { return hmax{newHmaxState(x)} }},
	{Blind, func(t *Task, _ *relaxation, _ Config) Heuristic { return newBlind(t) }},
	{Weighted, func(t *Task, x *relaxation, _ Config) Heuristic { return newWeighted(t, x) }},
}

// Heuristics lists all heuristics, the default first.
func Heuristics() []HeuristicName {
	var out []HeuristicName
	for _, h := range heuristics {
		out = append(out, h.name)
	}
	return out
}

// newHeuristic creates the heuristic that a configuration names. It panics if
// the name is unknown: callers validate user input with Heuristics.
func newHeuristic(t *Task, x *relaxation, c Config) Heuristic {
	for _, h := range heuristics {
		if h.name == c.Heuristic || c.Heuristic == "" && h.name == LMCut {
			return h.make(t, x, c)
		}
	}
	panic(fmt.Sprintf("search: unknown heuristic %q", c.Heuristic))
}

func newBlind(t *Task) Heuristic {
	least := int64(Infinite)
	for i := range t.Ops {
		least = min(least, t.Ops[i].Cost)
	}
	return &blind{NewEval(t), t.Goal, least}
}
