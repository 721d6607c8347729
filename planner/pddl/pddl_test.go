package pddl_test

import (
	"container/heap"
	"math/big"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/pddl"
)

// sexp is an atom or a list.
type sexp struct {
	atom string
	list []sexp
}

func (s sexp) head() string {
	if len(s.list) == 0 {
		return ""
	}
	return s.list[0].atom
}

func readSexp(src string) sexp {
	var lines []string
	for l := range strings.Lines(src) {
		l, _, _ = strings.Cut(l, ";")
		lines = append(lines, l)
	}
	text := strings.NewReplacer("(", " ( ", ")", " ) ").Replace(strings.Join(lines, "\n"))
	stack := []sexp{{}}
	for _, tok := range strings.Fields(text) {
		switch tok {
		case "(":
			stack = append(stack, sexp{})
		case ")":
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			stack[len(stack)-1].list = append(stack[len(stack)-1].list, top)
		default:
			stack[len(stack)-1].list = append(stack[len(stack)-1].list, sexp{atom: tok})
		}
	}
	return stack[0].list[0]
}

// pddlTask is a ground PDDL task as the standard defines it.
type pddlTask struct {
	actions []pddlAction
	derived map[string]sexp
	init    map[string]bool
	goal    sexp
}

type pddlAction struct {
	pre, eff sexp
	cost     int64
}

func readPDDL(domain, problem string) *pddlTask {
	t := &pddlTask{derived: map[string]sexp{}, init: map[string]bool{}}
	for _, s := range readSexp(domain).list {
		switch s.head() {
		case ":derived":
			t.derived[s.list[1].head()] = s.list[2]
		case ":action":
			var a pddlAction
			for i, x := range s.list {
				switch x.atom {
				case ":precondition":
					a.pre = s.list[i+1]
				case ":effect":
					a.eff = s.list[i+1]
				}
			}
			for _, e := range a.eff.list {
				if e.head() == "increase" {
					a.cost, _ = strconv.ParseInt(e.list[2].atom, 10, 64)
				}
			}
			t.actions = append(t.actions, a)
		}
	}
	for _, s := range readSexp(problem).list {
		switch s.head() {
		case ":init":
			for _, f := range s.list[1:] {
				if f.head() != "=" {
					t.init[f.head()] = true
				}
			}
		case ":goal":
			t.goal = s.list[1]
		}
	}
	return t
}

func (t *pddlTask) holds(s sexp, state map[string]bool) bool {
	switch s.head() {
	case "and":
		for _, k := range s.list[1:] {
			if !t.holds(k, state) {
				return false
			}
		}
		return true
	case "or":
		for _, k := range s.list[1:] {
			if t.holds(k, state) {
				return true
			}
		}
		return false
	}
	if d, ok := t.derived[s.head()]; ok {
		return t.holds(d, state)
	}
	return state[s.head()]
}

func (t *pddlTask) apply(e sexp, before, after map[string]bool, adds bool) {
	switch e.head() {
	case "and":
		for _, k := range e.list[1:] {
			t.apply(k, before, after, adds)
		}
	case "when":
		if t.holds(e.list[1], before) {
			t.apply(e.list[2], before, after, adds)
		}
	case "increase":
	case "not":
		if !adds {
			delete(after, e.list[1].head())
		}
	default:
		if adds {
			after[e.head()] = true
		}
	}
}

type pddlEntry struct {
	cost  int64
	state map[string]bool
}

type pddlQueue []pddlEntry

func (q pddlQueue) Len() int           { return len(q) }
func (q pddlQueue) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q pddlQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *pddlQueue) Push(x any)        { *q = append(*q, x.(pddlEntry)) }
func (q *pddlQueue) Pop() any {
	x := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return x
}

// optimum is -1 if there is no plan, -2 if there are too many states.
func (t *pddlTask) optimum() int64 {
	q := &pddlQueue{{0, t.init}}
	seen := map[string]bool{}
	for q.Len() > 0 {
		e := heap.Pop(q).(pddlEntry)
		var facts []string
		for f := range e.state {
			facts = append(facts, f)
		}
		sort.Strings(facts)
		k := strings.Join(facts, " ")
		if seen[k] {
			continue
		}
		seen[k] = true
		if t.holds(t.goal, e.state) {
			return e.cost
		}
		if len(seen) > 1500 {
			return -2
		}
		for _, a := range t.actions {
			if !t.holds(a.pre, e.state) {
				continue
			}
			next := map[string]bool{}
			for f := range e.state {
				next[f] = true
			}
			t.apply(a.eff, e.state, next, false)
			t.apply(a.eff, e.state, next, true)
			heap.Push(q, pddlEntry{e.cost + a.cost, next})
		}
	}
	return -1
}

// TestPDDLHasTheSameOptimum reads the exported tasks back as any planner would.
func TestPDDLHasTheSameOptimum(t *testing.T) {
	compared := 0
	for seed := range int64(600) {
		m := plantest.Random(seed)
		p := planner.For(m, nil, planner.Options{})
		domain, problem, diags := pddl.Write(planner.NewProblem(m, planner.Options{}), nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		best := readPDDL(string(domain), string(problem)).optimum()
		if best == -2 {
			continue
		}
		compared++
		scale, ok := new(big.Rat).SetString(strings.Fields(strings.TrimPrefix(string(domain), "; Costs are the manifest's times "))[0][:1])
		if !ok {
			t.Fatal("no scale in the comment")
		}
		switch {
		case best < 0 && p.Status != planner.Unsolvable:
			t.Fatalf("seed %d: %s, but the PDDL task has no plan", seed, p.Status)
		case best >= 0 && (p.Cost == nil || new(big.Rat).Mul(p.Cost, scale).Cmp(big.NewRat(best, 1)) != 0):
			t.Fatalf("seed %d: %v times %s, but the PDDL task's optimum is %d\n%s%s", seed, p.Cost, scale.RatString(), best, domain, problem)
		}
	}
	if compared < 300 {
		t.Errorf("only %d tasks were small enough", compared)
	}
}
