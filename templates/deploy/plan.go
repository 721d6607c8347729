package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// inOrder lists a plan's steps in the order of their planned start, which is
// the order in which resources are granted. It respects all needs.
func inOrder(p *planner.Plan) []*planner.Step {
	out := append([]*planner.Step(nil), p.Steps...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}

func planSummary(p *planner.Plan) string {
	out := fmt.Sprintf("The plan of goal %q: %s", p.Goal.Name, text.Count(len(p.Steps), "step"))
	if p.Cost != nil {
		out += ", cost " + text.Number(p.Cost)
	}
	if p.Makespan != nil && *p.Makespan > 0 {
		out += ", about " + span(*p.Makespan)
	}
	return out + "."
}

func span(d time.Duration) string {
	switch s := int64(d / time.Second); {
	case s >= 3600:
		return fmt.Sprintf("%dh%02dm", s/3600, s%3600/60)
	case s >= 60:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	default:
		return fmt.Sprintf("%ds", s)
	}
}

// goals writes a function for each goal that calls step for each step.
func (s *script) goals() {
	s.section("plans")
	var names []string
	for _, p := range s.plans {
		names = append(names, p.Goal.Name)
	}
	s.printf("\n")
	s.list("goals", names)
	s.printf("\ngoal_named() { # NAME: sets goal_key and plan_hash\n    case $1 in\n")
	for _, p := range s.plans {
		s.printf("        %s) goal_key='%s' plan_hash=%s ;;\n", s.word(p.Goal.Name, p.Goal.Range), s.key("goal", p.Goal.Name), planHash(p))
	}
	s.printf("        *) return 1 ;;\n    esac\n}\n")
	for _, p := range s.plans {
		s.goal(p)
	}
}

func (s *script) goal(p *planner.Plan) {
	s.printf("\n")
	s.comment("", planSummary(p))
	s.comment("", "step: key, action, needs, planned start and finish (s), resources, whom its effects serve, name")
	s.comment("", "(a:b: step a, until step b overwrites the effect; goal: the goal's condition; included: the goal wants the step itself)")
	s.printf("goal_%s() {\n", s.key("goal", p.Goal.Name))
	at := p.Goal.Range
	for _, r := range p.Resources {
		s.printf("    resource %s %d\n", s.key("resource", r.Name), r.Capacity)
	}
	links, apart := linksOf(p), s.apart(p.Steps)
	s.locks(p.Steps, apart)
	for _, st := range inOrder(p) {
		s.step(st, s.links(st, links[st]), apart[st], at)
	}
	fallbacks := s.fallbacks(p)
	for _, d := range fallbacks {
		s.printf("    fallback %s %s %s %s\n", s.key("step", d.Step.ID), d.function, d.mode(), s.text(fmt.Sprintf("%s, cost %s", text.Count(len(d.Plan.Steps), "step"), text.Number(d.Plan.Cost)), at))
	}
	if len(p.Steps)+len(p.Resources) == 0 {
		s.printf("    :\n")
	}
	s.printf("}\n")
	for _, f := range fallbacks {
		s.fallback(p, f)
	}
}

// locks writes the resources that steps use to stay apart.
func (s *script) locks(steps []*planner.Step, apart map[*planner.Step][]string) {
	seen := map[string]bool{}
	for _, st := range steps {
		for _, name := range apart[st] {
			if !seen[name] {
				seen[name] = true
				s.printf("    resource %s 1\n", name)
			}
		}
	}
}

// step writes a row of a plan's table.
func (s *script) step(st *planner.Step, serves string, apart []string, at hcl.Range) {
	var uses []string
	for _, u := range st.Action.Uses {
		uses = append(uses, fmt.Sprintf("%s=%d", s.key("resource", u.Resource), u.Amount))
	}
	for _, lone := range apart {
		uses = append(uses, lone+"=1")
	}
	s.printf("    step %s %s %s %d %d %s %s %s\n", s.key("step", st.ID), s.key("action", st.Action.ID), s.text(s.stepKeys(st.Needs), at),
		int64(st.Start/time.Second), int64((st.Finish+time.Second-1)/time.Second), s.text(strings.Join(uses, " "), at),
		s.text(serves, at), s.word(st.ID, at))
}

func (s *script) stepKeys(steps []*planner.Step) string {
	var out []string
	for _, st := range steps {
		out = append(out, s.key("step", st.ID))
	}
	return strings.Join(out, " ")
}

// linksOf gives the causal links of a plan by their producer, one for each
// consumer: deploy.sh doesn't tell variables apart.
func linksOf(p *planner.Plan) map[*planner.Step][]planner.CausalLink {
	place := make(map[*planner.Step]int, len(p.Steps))
	for i, st := range p.Steps {
		place[st] = i
	}
	out := map[*planner.Step][]planner.CausalLink{}
	for _, l := range p.Links {
		list := out[l.Producer]
		if n := len(list); n > 0 && list[n-1].Consumer == l.Consumer {
			both := slices.Concat(list[n-1].Overwriters, l.Overwriters)
			slices.SortFunc(both, func(a, b *planner.Step) int { return place[a] - place[b] })
			list[n-1].Overwriters = slices.Compact(both)
			continue
		}
		out[l.Producer] = append(list, l)
	}
	return out
}

// links writes the links of a step: CONSUMER, or CONSUMER:STEP,… with the later
// steps that overwrite what it reads; and whether the goal wants the step to have
// run. deploy.sh decides by it which of the steps that are done must still hold,
// and whether one that no longer holds can be done again.
func (s *script) links(st *planner.Step, list []planner.CausalLink) string {
	var out []string
	for _, l := range list {
		word := "goal"
		if l.Consumer != nil {
			word = s.key("step", l.Consumer.ID)
		}
		for i, o := range l.Overwriters {
			sep := ","
			if i == 0 {
				sep = ":"
			}
			word += sep + s.key("step", o.ID)
		}
		out = append(out, word)
	}
	if st.Included {
		out = append(out, "included")
	}
	return strings.Join(out, " ")
}

// planHash names a plan: its goal, its steps and their order.
func planHash(p *planner.Plan) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", p.Goal.Name)
	for _, st := range p.Steps {
		fmt.Fprintf(h, "%q", st.ID)
		for _, n := range st.Needs {
			fmt.Fprintf(h, " %q", n.ID)
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
