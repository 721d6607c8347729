package search

// eliminationWork limits the replays of Eliminate, in counted steps.
const eliminationWork = 5_000_000

// Eliminate removes redundant steps from a plan: in turn each one together with
// the later ones that are no longer applicable, as long as the goal is reached
// without them (Nakhost and Müller, *Action Elimination and Plan Neighborhood
// Graph Search*, ICAPS 2010). An optimal plan has redundant steps only if they
// are free. It returns the positions of the remaining steps.
func Eliminate(t *Task, plan []int32, optimal bool) []int {
	kept := make([]int, len(plan))
	for i := range kept {
		kept[i] = i
	}
	r := NewReplay(t, append([]int32(nil), t.Init...))
	trial := NewReplay(t, make([]int32, len(t.Init)))
	work := eliminationWork
	for i := 0; i < len(kept); {
		o := plan[kept[i]]
		if work > 0 && (!optimal || t.Ops[o].Cost == 0) {
			work -= len(kept) - i + len(t.Init)/8
			copy(trial.vals, r.vals)
			rest := trial.follow(plan, kept[i+1:])
			if trial.e.Set(trial.vals); trial.e.All(t.Goal) {
				kept = append(kept[:i:i], rest...)
				continue
			}
		}
		r.Apply(o)
		i++
	}
	return kept
}

// follow applies those of some steps that are applicable, and returns them.
func (r *Replay) follow(plan []int32, steps []int) []int {
	var out []int
	for _, k := range steps {
		r.e.Set(r.vals)
		if r.e.All(r.e.t.Ops[plan[k]].Pre) {
			r.Apply(plan[k])
			out = append(out, k)
		}
	}
	return out
}
