package deploy

import (
	"fmt"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// fallbackData is a fallback in deploy.sh: the goal's plan without the failed step
// and the steps that need it, followed by the fallback's own steps.
type fallbackData struct {
	Step      key
	Function  key
	Mode      value
	Text      value // its description for the user
	Comment   string
	Left      value // steps of the goal's plan that it doesn't run
	Serves    []servesData
	Resources []resourceData
	Steps     []stepData
}

// servesData are a step's causal links in a fallback.
type servesData struct {
	Step   key
	Serves value
}

func (s *script) fallbacks(p *planner.Plan) []fallbackData {
	var out []fallbackData
	at := p.Goal.Range
	for _, f := range p.Fallbacks {
		if f.Plan == nil || f.Plan.Cost == nil {
			continue
		}
		var left []*planner.Step
		for _, st := range p.Steps {
			if st != f.Step && !slices.Contains(f.Done, st) {
				left = append(left, st)
			}
		}
		cost := text.Number(f.Plan.Cost)
		d := fallbackData{
			Step:     s.keyOf("step", f.Step.ID),
			Function: key(fmt.Sprintf("goal_%s_without_%s", s.keyOf("goal", p.Goal.Name), s.keyOf("step", f.Step.ID))),
			Mode:     word(string(mode(f)), at),
			Text:     quoted(fmt.Sprintf("%s, cost %s", text.Count(len(f.Plan.Steps), "step"), cost), at),
			Comment:  fmt.Sprintf("The fallback for goal %q when step %q fails for good: %s, cost %s.", p.Goal.Name, f.Step.ID, text.Count(len(f.Plan.Steps), "other step"), cost),
			Left:     quoted(s.stepKeys(left), at),
		}
		s.fallbackSteps(p, f, &d)
		out = append(out, d)
	}
	return out
}

// fallbackSteps are the rows of a fallback's own steps.
func (s *script) fallbackSteps(p *planner.Plan, f planner.Fallback, d *fallbackData) {
	main, now := linksOf(p), linksOf(f.Whole)
	for _, st := range f.Done {
		if was, is := s.links(st, main[st]), s.links(st, now[st]); was != is {
			d.Serves = append(d.Serves, servesData{s.keyOf("step", st.ID), quoted(is, p.Goal.Range)})
		}
	}
	exclusive := s.exclusiveLocks(f.Whole.Steps[len(f.Done):])
	d.Resources = locks(f.Whole.Steps, exclusive)
	for _, st := range inOrder(f.Plan) {
		for _, c := range f.Whole.Steps {
			if c.ID == f.Step.ID+"/"+st.ID {
				d.Steps = append(d.Steps, s.step(p, c, s.links(c, now[c]), exclusive[c]))
			}
		}
	}
}

// mode is the fallback policy of the failed step's action.
func mode(f planner.Fallback) manifest.FallbackPolicy {
	if a := f.Step.Action.Declared; a != nil && a.Fallback != "" {
		return a.Fallback
	}
	return manifest.AskFirst
}
