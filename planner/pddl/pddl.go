// Package pddl writes planning problems in PDDL, the standard language of
// planners, so that any other planner can check an optimum.
package pddl

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/task"
)

// Write writes the lowered task of a goal (nil: the default one) of a problem
// as a PDDL domain and problem, before pruning. Each value of each variable,
// including unknown, is a predicate without parameters; costs are integers,
// with the scale in a comment. Large shared conditions become derived
// predicates.
func Write(p *planner.Problem, goal *manifest.Goal) (domain, problem []byte, diags hcl.Diagnostics) {
	m := p.Manifest()
	if goal == nil {
		goal = planner.Default(m)
	}
	diags = p.Diagnostics()
	if goal == nil || diags.HasErrors() {
		return nil, nil, diags
	}
	w := &writer{model: p.Model(), actions: p.Actions(), t: p.Task(goal), derived: map[search.Ref]bool{}}
	w.choose()
	name := "omegagen"
	if m.System != nil {
		name = identifier(m.System.Name)
	}
	return []byte(w.domain(name)), []byte(w.problem(name, identifier(goal.Name))), diags
}

type writer struct {
	model   *task.Model
	actions []*planner.Action
	t       *search.Task
	b       strings.Builder
	derived map[search.Ref]bool
	varOf   []int32
}

// maxInline is the size up to which a shared condition is repeated wherever it
// is used.
const maxInline = 100

// choose decides which nodes become derived predicates.
func (w *writer) choose() {
	w.varOf = w.t.VarsOfFacts()
	size := make([]int, len(w.t.Nodes))
	for i, n := range w.t.Nodes {
		for _, k := range n.Kids {
			switch {
			case k < w.t.Facts() || w.derived[k]:
				size[i]++
			default:
				size[i] += 1 + size[k-w.t.Facts()]
			}
		}
		if size[i] > maxInline {
			w.derived[w.t.Facts()+search.Ref(i)] = true
		}
	}
}

func (w *writer) domain(name string) string {
	fmt.Fprintf(&w.b, "; Costs are the manifest's times %s.\n(define (domain %s)\n", w.model.Scale(), name)
	w.b.WriteString("  (:requirements :adl :action-costs")
	if len(w.derived) > 0 {
		w.b.WriteString(" :derived-predicates")
	}
	w.b.WriteString(")\n  (:predicates\n")
	vars := w.model.Vars()
	for v := range w.t.Domains {
		for val := range w.t.Domains[v] {
			x := &vars[v]
			fmt.Fprintf(&w.b, "    (%s) ; %s\n", w.fact(w.t.FactBase[v]+val), oneLine(x.Name()+": "+x.ValueText(val)))
		}
	}
	for i := range w.t.Nodes {
		if r := w.t.Facts() + search.Ref(i); w.derived[r] {
			fmt.Fprintf(&w.b, "    (n%d)\n", r)
		}
	}
	w.b.WriteString("  )\n  (:functions (total-cost) - number)\n")
	for i := range w.t.Nodes {
		if r := w.t.Facts() + search.Ref(i); w.derived[r] {
			fmt.Fprintf(&w.b, "  (:derived (n%d) %s)\n", r, w.node(r))
		}
	}
	used := map[string]bool{}
	for i := range w.t.Ops {
		w.action(i, used)
	}
	w.b.WriteString(")\n")
	s := w.b.String()
	w.b.Reset()
	return s
}

func (w *writer) action(i int, used map[string]bool) {
	a, op := w.actions[i], &w.t.Ops[i]
	name := identifier(a.ID)
	for n := 2; used[name]; n++ {
		name = fmt.Sprintf("%s-%d", identifier(a.ID), n)
	}
	used[name] = true
	fmt.Fprintf(&w.b, "  (:action %s ; %s\n    :parameters ()\n    :precondition %s\n    :effect (and", name, oneLine(a.ID), w.all(op.Pre))
	for k := range op.Effs {
		e := &op.Effs[k]
		var set strings.Builder
		for val := range w.t.Domains[e.Var] {
			f := w.t.FactBase[e.Var] + val
			if val == e.Val {
				fmt.Fprintf(&set, " (%s)", w.fact(f))
			} else {
				fmt.Fprintf(&set, " (not (%s))", w.fact(f))
			}
		}
		if len(e.Cond) == 0 {
			w.b.WriteString("\n     " + set.String())
		} else {
			fmt.Fprintf(&w.b, "\n      (when %s (and%s))", w.all(e.Cond), set.String())
		}
	}
	fmt.Fprintf(&w.b, "\n      (increase (total-cost) %d)))\n", op.Cost)
}

func (w *writer) problem(domain, goal string) string {
	fmt.Fprintf(&w.b, "(define (problem %s)\n  (:domain %s)\n  (:init\n    (= (total-cost) 0)\n", goal, domain)
	for v, val := range w.t.Init {
		fmt.Fprintf(&w.b, "    (%s)\n", w.fact(w.t.FactBase[v]+val))
	}
	fmt.Fprintf(&w.b, "  )\n  (:goal %s)\n  (:metric minimize (total-cost)))\n", w.all(w.t.Goal))
	return w.b.String()
}

func (w *writer) fact(f search.Ref) string {
	v := w.varOf[f]
	return fmt.Sprintf("v%d_%d", v, f-w.t.FactBase[v])
}

func (w *writer) all(rs []search.Ref) string {
	var b strings.Builder
	b.WriteString("(and")
	for _, r := range rs {
		b.WriteString(" " + w.ref(r))
	}
	return b.String() + ")"
}

func (w *writer) ref(r search.Ref) string {
	switch {
	case r < w.t.Facts():
		return "(" + w.fact(r) + ")"
	case w.derived[r]:
		return fmt.Sprintf("(n%d)", r)
	}
	return w.node(r)
}

func (w *writer) node(r search.Ref) string {
	n := &w.t.Nodes[r-w.t.Facts()]
	var b strings.Builder
	b.WriteString("(and")
	if n.Or {
		b.Reset()
		b.WriteString("(or")
	}
	for _, k := range n.Kids {
		b.WriteString(" " + w.ref(k))
	}
	return b.String() + ")"
}

// identifier converts a name to a PDDL identifier: lower case, because PDDL
// ignores case.
func identifier(s string) string {
	out := []byte("x")
	for _, c := range []byte(strings.ToLower(s)) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_':
			out = append(out, c)
		default:
			out = append(out, '-')
		}
	}
	if c := out[min(1, len(out)-1)]; c >= 'a' && c <= 'z' {
		return string(out[1:])
	}
	return string(out)
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
