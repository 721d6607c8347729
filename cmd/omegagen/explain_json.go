package main

import (
	"encoding/json"
	"math/big"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/explain"
)

// The output of explain --json. Empty lists are [], absent values null.

func noPlanJSON(n *explain.NoPlanExplanation) any {
	others := []any{}
	for _, c := range n.Others {
		others = append(others, coreJSON(c))
	}
	destroyed := []any{}
	for _, d := range n.Destroyed {
		destroyed = append(destroyed, map[string]any{"fact": d.Fact, "by": d.By.ID, "range": diag.RangeJSON(d.Range), "in_every_plan": d.Forced, "core": d.Core})
	}
	return map[string]any{"format_version": "2.0", "goal": n.Plan.Goal.Name, "status": n.Plan.Status,
		"core": coreJSON(n.Core), "other_cores": others, "unreachable": missingJSON(n.Plan.Unreachable), "destroyed": destroyed}
}

func coreJSON(core []explain.Conjunct) any {
	list := []any{}
	for _, k := range core {
		c := map[string]any{"condition": k.Text, "range": diag.RangeJSON(k.Range), "needed": k.Needed, "action": nil}
		if k.Action != nil {
			c["action"] = k.Action.Name
		}
		list = append(list, c)
	}
	return list
}

func missingJSON(us []planner.Unreachable) any {
	list := []any{}
	for _, u := range us {
		chain := []any{}
		for _, a := range u.Chain {
			chain = append(chain, map[string]any{"action": a.ID, "range": diag.RangeJSON(a.Range)})
		}
		list = append(list, map[string]any{"fact": u.Fact, "condition": u.Need(), "range": diag.RangeJSON(u.Range),
			"nearest": strs(u.Nearest), "values": strs(u.Values), "chain": chain, "cycle": u.Cycle})
	}
	return list
}

// strs is a list that is never null.
func strs(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func stepIDs(steps []*planner.Step) []string {
	ids := []string{}
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	return ids
}

func numberJSON(r *big.Rat) any {
	if r == nil {
		return nil
	}
	return json.Number(number(r))
}

func actionJSON(e *explain.ActionExplanation) any {
	serves := []any{}
	for _, s := range e.Steps {
		for _, need := range s.Serves {
			var who any
			if need.Consumer != nil {
				who = need.Consumer.ID
			}
			serves = append(serves, map[string]any{"step": s.ID, "needed_by": who, "need": need.Variable})
		}
	}
	fallbacks := []any{}
	for _, f := range e.Fallbacks {
		fallbacks = append(fallbacks, map[string]any{"step": f.Step.ID, "cost": numberJSON(f.Plan.Cost), "steps": stepIDs(f.Plan.Steps)})
	}
	out := map[string]any{"format_version": "1.0", "goal": e.Plan.Goal.Name, "status": e.Plan.Status, "action": e.Action.ID,
		"range": diag.RangeJSON(e.Action.Range), "reason": string(e.Reason), "serves": serves, "dominated_by": nil,
		"alternative_status": nil, "alternative_cost": nil, "extra_cost": numberJSON(e.Extra),
		"alternative_adds": []string{}, "alternative_leaves": []string{}, "fallbacks": fallbacks, "unreachable": missingJSON(e.Missing)}
	if e.By != nil {
		out["dominated_by"] = e.By.ID
	}
	if a := e.Alternative; a != nil {
		out["alternative_status"], out["alternative_cost"] = a.Status, numberJSON(a.Cost)
		if a.Cost != nil {
			more, fewer := e.Difference()
			out["alternative_adds"], out["alternative_leaves"] = stepIDs(more), stepIDs(fewer)
		}
	}
	return out
}

func factJSON(e *explain.FactExplanation) any {
	out := map[string]any{"format_version": "1.0", "goal": nil, "status": e.Plan.Status, "address": e.Address, "derived": nil, "initial": nil,
		"values": strs(e.Values), "needed_by_goal": e.Goal, "written_by": usersJSON(e.Writers), "read_by": usersJSON(e.Readers), "unreachable": missingJSON(e.Missing)}
	if e.Plan.Goal != nil {
		out["goal"] = e.Plan.Goal.Name
	}
	if e.Derived != "" {
		out["derived"] = e.Derived
	} else {
		out["initial"] = e.Initial
	}
	return out
}

func usersJSON(users []explain.FactUser) any {
	list := []any{}
	for _, u := range users {
		list = append(list, map[string]any{"action": u.Action.ID, "range": diag.RangeJSON(u.Action.Range), "steps": stepIDs(u.Steps)})
	}
	return list
}
