package rules

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleAlreadyTrue = diag.Warning("OG879", "True from the start",
		"A plan contains only what changes something. If a state has from the start the only value that any action gives it, none of those actions is ever needed for it, and a goal that already holds has an empty plan: `initial` was probably meant to be the other value.")
	ruleNeverPasses = diag.Warning("OG880", "Check that never passes",
		"A container that has exited has no healthy status; psql prints a boolean as t or f; an action that takes longer than its timeout is always ended.")
)

// alreadyTrue reports states that no action changes, and goals that hold without any.
func alreadyTrue(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	useless := map[*manifest.State]bool{}
	for _, s := range m.States {
		setter, changes := (*manifest.Action)(nil), false
		for _, a := range m.Actions {
			for _, e := range a.Effects {
				if e.State == s {
					setter = a
					changes = changes || s.Initial == nil || e.Value == nil || e.Value.Op != manifest.OpConst || !sameValue(e.Value.Value, s.Initial)
				}
			}
		}
		if setter == nil || changes || s.Derived != nil {
			continue
		}
		useless[s] = true
		diags = append(diags, ruleAlreadyTrue.At(s.Range, "%s has from the start the value that %s gives it, and no action gives it another, so no plan needs %s for it. Set another `initial`.", s.Address, setter.Address, setter.Address))
	}
	for _, g := range m.Goals {
		if g.Implicit || len(g.Include) > 0 || g.Condition == nil {
			continue
		}
		if holds, known := initially(g.Condition, 0); known && holds && !readsAny(g.Condition, useless) {
			diags = append(diags, ruleAlreadyTrue.At(g.Range, "%s holds from the start, so its plan is empty. Require what its actions achieve.", g.Address))
		}
	}
	return diags
}

func sameValue(a, b *manifest.Value) bool {
	if a == nil || b == nil || a.Type != b.Type {
		return false
	}
	switch a.Type {
	case manifest.Bool:
		return a.Bool == b.Bool
	case manifest.String:
		return a.Str == b.Str
	case manifest.Number:
		return a.Num != nil && b.Num != nil && a.Num.Cmp(b.Num) == 0
	case manifest.StringSet:
		return strings.Join(a.Set, "\x00") == strings.Join(b.Set, "\x00")
	}
	return false
}

func readsAny(e *manifest.Expr, states map[*manifest.State]bool) bool {
	r := reads{states: map[*manifest.State]bool{}, facts: map[manifest.Fact]bool{}, seen: map[*manifest.Expr]bool{}}
	r.expr(e)
	for s := range r.states {
		if states[s] {
			return true
		}
	}
	return false
}

// initially is the value of a condition before any action, if it follows from booleans alone.
func initially(e *manifest.Expr, depth int) (holds, known bool) {
	if e == nil || depth > 100 {
		return false, false
	}
	switch e.Op {
	case manifest.OpConst:
		return e.Value != nil && e.Value.Bool, e.Value != nil && e.Value.Type == manifest.Bool
	case manifest.OpState:
		if e.State.Derived != nil {
			return initially(e.State.Derived, depth+1)
		}
		return e.State.Initial != nil && e.State.Initial.Bool, e.State.Initial != nil && e.State.Type == manifest.Bool
	case manifest.OpFact:
		return false, true
	case manifest.OpNot:
		holds, known = initially(e.Args[0], depth+1)
		return !holds, known
	case manifest.OpAnd, manifest.OpOr:
		unit := e.Op == manifest.OpAnd
		for _, a := range e.Args {
			h, k := initially(a, depth+1)
			if !k {
				return false, false
			}
			if h != unit {
				return !unit, true
			}
		}
		return unit, len(e.Args) > 0
	case manifest.OpEq, manifest.OpNe:
		a, b := initialValue(e.Args[0]), initialValue(e.Args[1])
		if a == nil || b == nil {
			return false, false
		}
		return sameValue(a, b) == (e.Op == manifest.OpEq), true
	}
	return false, false
}

func initialValue(e *manifest.Expr) *manifest.Value {
	switch e.Op {
	case manifest.OpConst:
		return e.Value
	case manifest.OpState:
		return e.State.Initial
	}
	return nil
}

// booleanQuery is a query whose only column is certainly a boolean.
var booleanQuery = regexp.MustCompile(`(?is)^\s*SELECT\s+(NOT\s+|EXISTS\s*\(|pg_is_in_recovery\s*\(|(bool_and|bool_or|every)\s*\(|has_\w+_privilege\s*\(|count\s*\([^()]*\)\s*(=|<>|!=|<=?|>=?)\s*\d+)`)

// neverPass reports checks and actions that can't succeed.
func neverPass(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	src := sources{files: m.Files}
	at := func(block hcl.Range, attr string) hcl.Range {
		if e := src.attr(block, attr); e != nil {
			return e.Range()
		}
		return block
	}
	for _, c := range m.Criteria {
		switch p := c.Probe.(type) {
		case *manifest.ContainerProbe:
			switch p.State {
			case "created", "exited", "dead", "removing":
				if p.Health == "healthy" {
					diags = append(diags, ruleNeverPasses.At(at(p.Range, "health"), "A container whose state is %s isn't healthy, so %s never passes. Remove one of the two.", p.State, c.Address))
				}
			}
		case *manifest.SQLProbe:
			if p.Equals != nil && (*p.Equals == "true" || *p.Equals == "false") && booleanQuery.MatchString(p.Query) && !strings.Contains(p.Query, "::") && !strings.Contains(strings.ToUpper(p.Query), "CAST") {
				diags = append(diags, ruleNeverPasses.At(at(p.Range, "equals"), "psql prints a boolean as t or f, so %s never passes. Write equals = %s, without quotes.", c.Address, *p.Equals))
			}
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.PromQLProbe, *manifest.CommandProbe:
		}
	}
	seen := map[hcl.Range]bool{}
	for _, a := range m.Actions {
		if a.Timeout > 0 && a.Duration > a.Timeout && !seen[a.Range] {
			seen[a.Range] = true
			diags = append(diags, ruleNeverPasses.At(at(a.Range, "timeout"), "%s is to take %s, but is ended after %s. Set a timeout that is longer than `duration`.", a.Address, a.Duration, a.Timeout))
		}
	}
	return diags
}
