package plan

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// CausalLink says that a step writes a variable (a state or a fact) that a
// later step, or the goal, reads.
type CausalLink struct {
	Producer *Step
	Consumer *Step  // nil: the goal
	Variable string // its name: state.crates_compiled, service.web.healthy
	// Overwriters are the steps after the consumer that give the variable a
	// different value, in the order of the plan: from then on, the producer's
	// effect may no longer hold.
	Overwriters []*Step
}

// Link computes the causal links of a plan from what its steps and its goal
// read and write, and which of its steps the goal names (Step.Included). A
// consumer's producers are the last write before it that doesn't depend on the
// variable's previous value, and the writes after that one. The fact that an
// action is done creates no link, because it is never undone.
//
// The links are sorted by producer, then consumer (the goal last), then
// variable. known caches accesses across calls; it may be nil.
func (p *Plan) Link(known deployment.Accesses) {
	if known == nil {
		known = deployment.Accesses{}
	}
	l := linker{steps: p.Steps, writes: map[string][]stepWrite{}, place: make(map[*Step]int, len(p.Steps))}
	for i, s := range p.Steps {
		l.place[s] = i
		l.write(i, known.Of(s.Action))
	}
	for i, s := range p.Steps {
		l.consume(i, s, consumed(known.Of(s.Action)))
	}
	wanted := &manifest.Access{}
	if p.Goal != nil {
		wanted = p.Goal.Condition.Access()
		for _, a := range p.Goal.Include {
			wanted.Reads = append(wanted.Reads, manifest.PlanVariable{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}})
		}
	}
	l.consume(len(p.Steps), nil, consumed(wanted))
	slices.SortStableFunc(l.out, func(a, b CausalLink) int { return l.place[a.Producer] - l.place[b.Producer] })
	p.Links = l.out
	named := map[manifest.Fact]bool{}
	for _, r := range wanted.Reads {
		named[r.Fact] = r.State == nil
	}
	for _, s := range p.Steps {
		s.Included = s.Action.Declared != nil && named[manifest.Fact{Kind: manifest.ActionDone, Name: s.Action.Declared.Name}]
	}
}

// linker collects the links of a plan's steps.
type linker struct {
	steps  []*Step
	place  map[*Step]int
	writes map[string][]stepWrite // of each variable, in the order of the steps
	out    []CausalLink
}

// stepWrite is a step's write of a variable.
type stepWrite struct {
	step int
	adds bool
	key  string // writes of equal keys leave the same value, unless they add; "" differs from all
}

// variable names the subject of a link: for a set, the whole of it. It is ""
// for what creates no link.
func variable(v manifest.PlanVariable) string {
	switch {
	case v.State != nil:
		return "state." + v.State.Name
	case v.Fact.Kind == manifest.ActionDone:
		return ""
	}
	return v.Fact.String()
}

// write records the writes of a step; an action writes some elements of a set
// at once.
func (l *linker) write(step int, acc *manifest.Access) {
	for _, w := range acc.Writes {
		v := variable(w.PlanVariable)
		ws := l.writes[v]
		if v != "" && (len(ws) == 0 || ws[len(ws)-1].step != step) {
			l.writes[v] = append(ws, stepWrite{step, w.Adds, w.CommuteKey})
		}
	}
}

// consumed are the variables that an access depends on, sorted: those that it
// reads, and those that it adds to.
func consumed(acc *manifest.Access) []string {
	var out []string
	for _, r := range acc.Reads {
		out = append(out, variable(r))
	}
	for _, w := range acc.Writes {
		if w.Adds {
			out = append(out, variable(w.PlanVariable))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(v string) bool { return v == "" })
}

// consume adds the links to a consumer at a position in the order.
func (l *linker) consume(at int, consumer *Step, variables []string) {
	for _, v := range variables {
		ws := l.writes[v]
		n := 0 // number of writes before the consumer
		for n < len(ws) && ws[n].step < at {
			n++
		}
		added := false
		for k := n - 1; k >= 0; k-- {
			if !ws[k].adds && added {
				break // its value has been added to and no longer holds
			}
			added = added || ws[k].adds
			link := CausalLink{Producer: l.steps[ws[k].step], Consumer: consumer, Variable: v}
			for _, later := range ws[n:] {
				if later.step > at && !later.adds && (later.key == "" || later.key != ws[k].key) {
					link.Overwriters = append(link.Overwriters, l.steps[later.step])
				}
			}
			l.out = append(l.out, link)
			if !ws[k].adds {
				break
			}
		}
	}
}
