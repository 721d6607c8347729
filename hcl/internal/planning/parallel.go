package planning

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// read is the key of an access that writes nothing.
const read = "read"

// accesses are all accesses of an action, including reads.
func accesses(a *manifest.Action) []manifest.Write {
	acc := a.Access()
	out := acc.Writes
	for _, r := range acc.Reads {
		out = append(out, manifest.Write{PlanVariable: r, CommuteKey: read})
	}
	return out
}

// maxConflicts bounds the conflicts reported for one assertion.
const maxConflicts = 10

// checkParallel reports false assertions.
func checkParallel(p *lang.Evaluation) {
	known := map[*manifest.Action][]manifest.Write{}
	for _, claim := range p.Manifest.Parallels {
		if overCapacity(p, claim) {
			continue
		}
		users := map[any][]user{} // by state or fact
		var order []any
		for i, x := range claim.Actions {
			if known[x.Action] == nil {
				known[x.Action] = accesses(x.Action)
			}
			for _, w := range known[x.Action] {
				key := w.Key()
				if users[key] == nil {
					order = append(order, key)
				}
				users[key] = append(users[key], user{w, i})
			}
		}
		reported := map[[2]int]bool{}
		for _, key := range order {
			if len(reported) < maxConflicts && !harmonious(users[key]) {
				reportConflicts(p, claim, users[key], reported)
			}
		}
	}
}

// user is one access by the assertion's action of that index.
type user struct {
	manifest.Write
	action int
}

// harmonious reports in linear time that no two accesses of one state or fact
// conflict: all read, or all write with one key.
func harmonious(users []user) bool {
	for _, u := range users {
		if u.CommuteKey != users[0].CommuteKey || u.CommuteKey == "" {
			return false
		}
	}
	return true
}

func reportConflicts(p *lang.Evaluation, claim *manifest.Parallel, users []user, reported map[[2]int]bool) {
	for i, y := range users {
		for _, x := range users[:i] {
			pair := [2]int{min(x.action, y.action), max(x.action, y.action)}
			if x.action == y.action || x.Commutes(y.Write) || reported[pair] {
				continue
			}
			if len(reported) == maxConflicts {
				return
			}
			reported[pair] = true
			a, b := claim.Actions[x.action], claim.Actions[y.action]
			if x.CommuteKey == read {
				x, y = y, x
			}
			why := "both change " + x.String()
			if y.CommuteKey == read {
				why = claim.Actions[x.action].Action.Address + " changes " + x.String() + ", which " + claim.Actions[y.action].Action.Address + " reads"
			}
			p.Errorf(ruleParallelFalse, b.Range, "%s and %s can't run in parallel, which %q claims: %s.", a.Action.Address, b.Action.Address, claim.Name, why)
		}
	}
}

// overCapacity reports an assertion whose actions use more of a resource than its capacity.
func overCapacity(p *lang.Evaluation, claim *manifest.Parallel) bool {
	sum := map[*manifest.Resource]int64{}
	for _, x := range claim.Actions {
		for _, u := range x.Action.Uses {
			if u.Amount > u.Resource.Capacity {
				continue // reported where it is used
			}
			if sum[u.Resource] += u.Amount; sum[u.Resource] > u.Resource.Capacity {
				p.Errorf(ruleParallelFalse, x.Range, "With %s, the actions of %q use %d of %q, but its capacity is only %d (%s).", x.Action.Address, claim.Name, sum[u.Resource], u.Resource.Name, u.Resource.Capacity, lang.Place(u.Resource.Range))
				return true
			}
		}
	}
	return false
}
