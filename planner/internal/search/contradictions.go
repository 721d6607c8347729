package search

// Contradiction is a fact of the goal that is initially true, that no operator makes
// true, and that an operator of every plan makes false.
type Contradiction struct {
	Fact Ref
	Op   int32
}

// Contradictions lists plain contradictions between the goal and operators that
// every plan contains.
func Contradictions(t *Task) []Contradiction {
	x := newRelaxation(t)
	forced, _ := forcedOps(t, x)
	made := make([]bool, t.Facts())
	for i := range t.Ops {
		for k := range t.Ops[i].Effs {
			e := &t.Ops[i].Effs[k]
			made[t.FactBase[e.Var]+e.Val] = true
		}
	}
	var out []Contradiction
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
					out = append(out, Contradiction{g, int32(i)})
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
