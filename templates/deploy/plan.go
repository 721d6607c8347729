package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"
	"time"

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
	out := fmt.Sprintf("The plan of goal %q: %d steps", p.Goal.Name, len(p.Steps))
	if p.Cost != nil {
		out += ", cost " + decimal(p.Cost)
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
	s.printf("goal_%s() {\n", s.key("goal", p.Goal.Name))
	at := p.Goal.Range
	for _, r := range p.Resources {
		s.printf("    resource %s %d\n", s.key("resource", r.Name), r.Capacity)
	}
	stepKey := func(st *planner.Step) string { return s.key("step", st.ID) }
	links := supports(p)
	for _, st := range inOrder(p) {
		var needs, uses, serves []string
		for _, n := range st.Needs {
			needs = append(needs, stepKey(n))
		}
		for _, u := range st.Action.Uses {
			uses = append(uses, fmt.Sprintf("%s=%d", s.key("resource", u.Resource), u.Amount))
		}
		for _, l := range links[st] {
			word := "goal"
			if l.consumer != nil {
				word = stepKey(l.consumer)
			}
			for i, o := range l.overwriters {
				sep := ","
				if i == 0 {
					sep = ":"
				}
				word += sep + stepKey(o)
			}
			serves = append(serves, word)
		}
		s.printf("    step %s %s %s %d %d %s %s %s\n", stepKey(st), s.key("action", st.Action.ID), s.text(strings.Join(needs, " "), at),
			int64(st.Start/time.Second), int64((st.Finish+time.Second-1)/time.Second), s.text(strings.Join(uses, " "), at),
			s.text(strings.Join(serves, " "), at), s.word(st.ID, at))
	}
	if len(p.Steps)+len(p.Resources) == 0 {
		s.printf("    :\n")
	}
	s.printf("}\n")
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
