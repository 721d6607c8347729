package task

import (
	"math"
	"math/big"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// lowerOps lowers all reachable actions and scales their costs.
func (m *Model) lowerOps() {
	m.scaleCosts()
	for i := range m.actions {
		if m.ops[i].reachable {
			m.lowerOp(&m.actions[i], &m.ops[i])
		}
	}
}

// scaleCosts scales all costs to integers.
func (m *Model) scaleCosts() {
	m.scale = big.NewInt(1)
	for i := range m.actions {
		if c := m.actions[i].Cost; c != nil && !c.IsInt() {
			d := c.Denom()
			g := new(big.Int).GCD(nil, nil, m.scale, d)
			m.scale.Mul(m.scale, new(big.Int).Quo(d, g))
		}
		if m.scale.BitLen() > 62 {
			break
		}
	}
	sum := new(big.Int)
	for i := range m.actions {
		a := &m.actions[i]
		if a.Cost == nil {
			continue
		}
		c := new(big.Rat).Mul(a.Cost, new(big.Rat).SetInt(m.scale))
		sum.Add(sum, c.Num())
		if !c.IsInt() || sum.BitLen() > 62 {
			m.failed = append(m.failed, ruleCosts.At(a.Range,
				"With the cost of %q, the planner can't add up the costs exactly: as multiples of their smallest common fraction, they exceed %d together. Use costs of similar size, with fewer decimals.",
				a.Name, int64(math.MaxInt64/2)))
			return
		}
		m.ops[i].cost = c.Num().Int64()
	}
}

func (m *Model) lowerOp(a *Action, o *loweredOp) {
	var pre []ref
	for _, f := range a.Needs {
		pre = append(pre, m.factRef(f, true))
	}
	for _, p := range a.Pre {
		for _, e := range conjuncts(p, nil) {
			pre = append(pre, m.lowerBool(e, nil).t)
		}
	}
	var effs []loweredEffect
	for _, e := range a.Effects {
		v := m.states[e.State]
		if e.State.Type == manifest.StringSet {
			effs = m.setEffect(v, e.Value, always_, effs)
			continue
		}
		var bad []ref
		effs, bad = m.valueEffect(a, v, e.Value, effs)
		for _, b := range bad {
			pre = append(pre, m.c.not(b))
		}
	}
	for _, f := range a.Dels {
		if v := m.facts[f]; v != nil && v.first >= 0 && !slices.Contains(a.Adds, f) {
			effs = append(effs, loweredEffect{always_, m.varOf[v.first], 0, 0})
		}
	}
	for _, f := range a.Adds {
		if v := m.facts[f]; v != nil && v.first >= 0 {
			effs = append(effs, loweredEffect{always_, m.varOf[v.first], 1, 0})
		}
	}
	o.pre = m.flatten(m.c.and(pre...))
	for _, e := range effs {
		// What the precondition implies need not be repeated.
		var cond []ref
		for _, c := range m.flatten(e.cond) {
			if !slices.Contains(o.pre, c) {
				cond = append(cond, c)
			}
		}
		if e.cond = m.c.and(cond...); e.cond != never {
			o.effs = append(o.effs, e)
		}
	}
	slices.SortStableFunc(o.effs, func(a, b loweredEffect) int { return int(b.cond) - int(a.cond) })
}

// flatten lists the conjuncts of small conjunctions; large ones, such as
// derived states over many others, stay nodes.
func (m *Model) flatten(r ref) []ref {
	const small = 32
	var out []ref
	for _, k := range m.c.conjuncts(r) {
		if k <= firstNode && !m.c.node(k).or && len(m.c.node(k).kids) <= small {
			out = append(out, m.flatten(k)...)
		} else {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// valueEffect lowers an effect on a state that isn't a set, and collects the
// cases in which its value would violate the state's min and max.
func (m *Model) valueEffect(a *Action, v *stateVar, e *manifest.Expr, effs []loweredEffect) ([]loweredEffect, []ref) {
	add := m.addID(v, e)
	var bad []ref
	conds := make([][]ref, len(v.vals))
	m.eachPin(a, v.s, e, 0, func(p pins) {
		at := always_
		for _, x := range p {
			s := m.states[x.s]
			at = m.c.and(at, s.is(s.index[x.v.key()]))
		}
		m.changes(v, e, p, at, func(cond ref, val value) {
			val, ok := cut(val, v.rng)
			if !ok {
				bad = append(bad, cond)
				return
			}
			i, known := v.index[val.key()]
			if !known {
				return // unreachable, whatever the circuits look like
			}
			if own, pinned := p.get(v.s); pinned && own.key() == val.key() {
				return
			}
			conds[i] = append(conds[i], cond)
		})
	})
	for i, cs := range conds {
		if v.size == 1 || len(cs) == 0 {
			continue
		}
		if add != 0 {
			for _, c := range cs {
				effs = append(effs, loweredEffect{c, m.varOf[v.first], int32(i), add})
			}
			continue
		}
		if c := m.c.or(cs...); c != never {
			effs = append(effs, loweredEffect{c, m.varOf[v.first], int32(i), 0})
		}
	}
	return effs, bad
}

// changes splits an effect's value into cases, omitting the branches that keep
// the state unchanged.
func (m *Model) changes(v *stateVar, e *manifest.Expr, p pins, at ref, f func(ref, value)) {
	if at == never || isState(e, v.s) {
		return
	}
	if e.Op != manifest.OpCond {
		for _, k := range m.cases(e, p) {
			if c := m.c.and(at, k.cond); c != never {
				f(c, k.v)
			}
		}
		return
	}
	c := m.lowerBool(e.Args[0], p)
	m.changes(v, e.Args[1], p, m.c.and(at, c.t), f)
	m.changes(v, e.Args[2], p, m.c.and(at, c.f), f)
	if u := m.c.and(at, m.unknown(c)); u != never {
		for _, a := range m.cases(e.Args[1], p) {
			for _, b := range m.cases(e.Args[2], p) {
				val := a.v
				if a.v.key() != b.v.key() {
					val = unknownValue(v.s.Type)
				} else if isState(e.Args[1], v.s) || isState(e.Args[2], v.s) {
					continue // one branch keeps the state, the other agrees
				}
				if c := m.c.and(u, a.cond, b.cond); c != never {
					f(c, val)
				}
			}
		}
	}
}

func isState(e *manifest.Expr, s *manifest.State) bool {
	return e.Op == manifest.OpState && e.State == s
}

// addID numbers the constant that e adds to the number v; 0 if it does
// something else, or if adding would not commute because of a bound.
func (m *Model) addID(v *stateVar, e *manifest.Expr) int32 {
	n := added(v, e)
	if n == nil {
		return 0
	}
	if v.s.Min != nil || v.s.Max != nil {
		for _, x := range v.vals {
			if !x.unknown && !x.num.exact() {
				return 0
			}
		}
	}
	key := v.s.Name + " " + n.RatString()
	if m.adds[key] == 0 {
		m.adds[key] = int32(len(m.adds) + 1)
	}
	return m.adds[key]
}

// added is the constant that e adds to the number v, nil if it does something
// else.
func added(v *stateVar, e *manifest.Expr) *big.Rat {
	if v.s.Type != manifest.Number || len(e.Args) != 2 || e.Op != manifest.OpAdd && e.Op != manifest.OpSub {
		return nil
	}
	own, c := e.Args[0], e.Args[1]
	if e.Op == manifest.OpAdd && own.Op == manifest.OpConst {
		own, c = c, own
	}
	if own.Op != manifest.OpState || own.State != v.s || c.Op != manifest.OpConst || c.Value == nil || c.Value.Num == nil {
		return nil
	}
	if e.Op == manifest.OpSub {
		return new(big.Rat).Neg(c.Value.Num)
	}
	return c.Value.Num
}
