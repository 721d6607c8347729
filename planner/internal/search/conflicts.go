package search

// Conflict is a fact of the goal that holds at first, that no operator brings
// about, and that an operator which every plan contains makes false.
type Conflict struct {
	Fact Ref
	Op   int32
}

// Conflicts lists plain contradictions between the goal and operators that
// every plan contains.
func Conflicts(t *Task) []Conflict {
	x := newRelaxation(t)
	forced, _ := forcedOps(t, x)
	made := make([]bool, t.Facts())
	for i := range t.Ops {
		for k := range t.Ops[i].Effs {
			e := &t.Ops[i].Effs[k]
			made[t.FactBase[e.Var]+e.Val] = true
		}
	}
	var out []Conflict
	for _, g := range t.Goal {
		if g >= t.Facts() || made[g] {
			continue
		}
		v, val := t.VarOf(g)
		for i, f := range forced {
			if !f {
				continue
			}
			for k := range t.Ops[i].Effs {
				if e := &t.Ops[i].Effs[k]; e.Var == v && e.Val != val && len(e.Cond) == 0 {
					out = append(out, Conflict{g, int32(i)})
					break
				}
			}
		}
	}
	return out
}

// Forced marks operators that are known to be in every plan.
func Forced(t *Task) []bool {
	forced, _ := forcedOps(t, newRelaxation(t))
	return forced
}
