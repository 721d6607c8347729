package planner

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// MakespanOf schedules a sequence of actions that reaches a goal.
func MakespanOf(m *manifest.Manifest, goal *manifest.Goal, ids []string) time.Duration {
	p := NewProblem(m, Options{}, goal)
	var ops []int32
	for _, id := range ids {
		for i, a := range p.actions {
			if a.ID == id {
				ops = append(ops, int32(i))
			}
		}
	}
	out, _ := p.newPlan(goal)
	p.buildSteps(out, p.model.Task(taskGoal(goal)), ops, nil, nil)
	return *out.Makespan
}

// SAS is the lowered task of the default goal in Fast Downward's own format:
// only for tasks without circuits.
func SAS(m *manifest.Manifest) []byte {
	p := NewProblem(m, Options{}, nil)
	t := p.model.Task(taskGoal(Default(m)))
	var b bytes.Buffer
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("begin_version\n3\nend_version\nbegin_metric\n1\nend_metric\n%d", len(t.Domains))
	for v, d := range t.Domains {
		say("begin_variable\nvar%d\n-1\n%d", v, d)
		for x := range d {
			say("Atom v%d_%d()", v, x)
		}
		say("end_variable")
	}
	say("0\nbegin_state")
	for _, x := range t.Init {
		say("%d", x)
	}
	say("end_state\nbegin_goal\n%d", len(t.Goal))
	for _, g := range t.Goal {
		v, x := t.VarOf(g)
		say("%d %d", v, x)
	}
	say("end_goal\n%d", len(t.Ops))
	for i := range t.Ops {
		op := &t.Ops[i]
		pre := map[int32]int32{}
		var prevail []int32
		for _, p := range op.Pre {
			v, x := t.VarOf(p)
			pre[v] = x
			if !slices.ContainsFunc(op.Effs, func(e search.Effect) bool { return e.Var == v }) {
				prevail = append(prevail, v)
			}
		}
		say("begin_operator\nop%d\n%d", i, len(prevail))
		for _, v := range prevail {
			say("%d %d", v, pre[v])
		}
		say("%d", len(op.Effs))
		for _, e := range op.Effs {
			from, needed := pre[e.Var]
			if !needed {
				from = -1
			}
			say("0 %d %d %d", e.Var, from, e.Val)
		}
		say("%d\nend_operator", op.Cost)
	}
	say("0")
	return b.Bytes()
}
