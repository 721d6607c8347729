package deploy

import (
	"fmt"
	"slices"

	"github.com/omegagen/omegagen/planner"
)

// detour is a fallback as deploy.sh has it: the goal's plan without the failed
// step and what needs it, and with steps of its own behind the others.
type detour struct {
	planner.Fallback
	function string
	// whole is that plan: the steps that stay, then the fallback's, whose needs
	// are also the steps that bring about what they read, and whose IDs begin
	// with the failed step's.
	whole *planner.Plan
	left  []*planner.Step // steps of the goal's plan that it leaves out
}

func (s *script) detours(p *planner.Plan) []detour {
	var out []detour
	for _, f := range p.Fallbacks {
		if f.Plan == nil || f.Plan.Cost == nil {
			continue
		}
		d := detour{Fallback: f, whole: &planner.Plan{System: p.System, Goal: p.Goal, Steps: slices.Clone(f.Done)}}
		d.function = fmt.Sprintf("goal_%s_without_%s", s.key("goal", p.Goal.Name), s.key("step", f.Step.ID))
		own := map[*planner.Step]*planner.Step{}
		for _, st := range f.Plan.Steps {
			c := *st
			c.ID = f.Step.ID + "/" + st.ID
			c.Needs = nil
			for _, n := range st.Needs {
				c.Needs = append(c.Needs, own[n])
			}
			own[st] = &c
			c.Apart = nil
			for _, o := range st.Apart {
				if first := own[o]; first != nil {
					c.Apart, first.Apart = append(c.Apart, first), append(first.Apart, &c)
				}
			}
			d.whole.Steps = append(d.whole.Steps, &c)
		}
		for from, links := range supports(d.whole) {
			for _, l := range links {
				if l.consumer != nil && !slices.Contains(f.Done, l.consumer) && slices.Contains(f.Done, from) {
					l.consumer.Needs = append(l.consumer.Needs, from)
				}
			}
		}
		place := map[*planner.Step]int{}
		for i, st := range d.whole.Steps {
			place[st] = i
		}
		for _, st := range d.whole.Steps[len(f.Done):] {
			slices.SortFunc(st.Needs, func(a, b *planner.Step) int { return place[a] - place[b] })
			st.Needs = slices.Compact(st.Needs)
		}
		for _, st := range p.Steps {
			if st != f.Step && !slices.Contains(f.Done, st) {
				d.left = append(d.left, st)
			}
		}
		out = append(out, d)
	}
	return out
}

// mode says whether a fallback is asked for.
func (d detour) mode() string {
	if a := d.Step.Action.Declared; a != nil && a.Fallback != "" {
		return a.Fallback
	}
	return "ask"
}

// detour writes the function that makes the goal's plan its way without a step.
func (s *script) detour(p *planner.Plan, d detour) {
	steps := d.Plan.Steps
	s.printf("\n")
	s.comment("", fmt.Sprintf("The way to goal %q when step %q fails for good: %d other steps, cost %s.", p.Goal.Name, d.Step.ID, len(steps), decimal(d.Plan.Cost)))
	s.printf("%s() {\n", d.function)
	at := p.Goal.Range
	s.printf("    without %s %s\n", s.key("step", d.Step.ID), s.text(s.stepKeys(d.left), at))
	main, now, included := supports(p), supports(d.whole), goalActions(p.Goal)
	for _, st := range d.Done {
		in := wants(included, st.Action)
		if was, is := s.links(main[st], in), s.links(now[st], in); was != is {
			s.printf("    serves %s %s\n", s.key("step", st.ID), s.text(is, at))
		}
	}
	apart := s.apart(d.whole.Steps[len(d.Done):])
	s.locks(d.whole.Steps, apart)
	for _, st := range inOrder(d.Plan) {
		for _, c := range d.whole.Steps {
			if c.ID == d.Step.ID+"/"+st.ID {
				s.step(c, s.links(now[c], wants(included, c.Action)), apart[c], at)
			}
		}
	}
	s.printf("}\n")
}
