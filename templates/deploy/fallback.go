package deploy

import (
	"fmt"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// fallback is a fallback as deploy.sh has it: the goal's plan without the failed
// step and what needs it, and with steps of its own behind the others.
type fallback struct {
	planner.Fallback
	function string
	left     []*planner.Step // steps of the goal's plan that it leaves out
}

func (s *script) fallbacks(p *planner.Plan) []fallback {
	var out []fallback
	for _, f := range p.Fallbacks {
		if f.Plan == nil || f.Plan.Cost == nil {
			continue
		}
		d := fallback{Fallback: f, function: fmt.Sprintf("goal_%s_without_%s", s.key("goal", p.Goal.Name), s.key("step", f.Step.ID))}
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
func (f fallback) mode() manifest.FallbackPolicy {
	if a := f.Step.Action.Declared; a != nil && a.Fallback != "" {
		return a.Fallback
	}
	return manifest.AskFirst
}

// fallback writes the function that changes the goal's plan to one without a
// step.
func (s *script) fallback(p *planner.Plan, f fallback) {
	s.printf("\n")
	s.comment("", fmt.Sprintf("The way to goal %q when step %q fails for good: %s, cost %s.", p.Goal.Name, f.Step.ID, text.Count(len(f.Plan.Steps), "other step"), text.Number(f.Plan.Cost)))
	s.printf("%s() {\n", f.function)
	at := p.Goal.Range
	s.printf("    without %s %s\n", s.key("step", f.Step.ID), s.text(s.stepKeys(f.left), at))
	main, now := linksOf(p), linksOf(f.Whole)
	for _, st := range f.Done {
		if was, is := s.links(st, main[st]), s.links(st, now[st]); was != is {
			s.printf("    serves %s %s\n", s.key("step", st.ID), s.text(is, at))
		}
	}
	apart := s.apart(f.Whole.Steps[len(f.Done):])
	s.locks(f.Whole.Steps, apart)
	for _, st := range inOrder(f.Plan) {
		for _, c := range f.Whole.Steps {
			if c.ID == f.Step.ID+"/"+st.ID {
				s.step(c, s.links(c, now[c]), apart[c], at)
			}
		}
	}
	s.printf("}\n")
}
