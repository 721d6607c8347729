package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// goalData is the plan of a goal.
type goalData struct {
	Name      value
	Key       key
	Hash      value
	Summary   string
	Resources []resourceData
	Steps     []stepData
	Fallbacks []fallbackData
}

// resourceData is a resource that steps share while they run.
type resourceData struct {
	Key      key
	Capacity int64
}

// stepData is a row of a plan's table.
type stepData struct {
	Key    key
	Fields []field
}

// field is a named value.
type field struct {
	Name  key
	Value value
}

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

// goals are the plans' tables.
func (s *script) goals() []goalData {
	var out []goalData
	for _, p := range s.plans {
		at := p.Goal.Range
		g := goalData{Name: word(p.Goal.Name, at), Key: s.keyOf("goal", p.Goal.Name), Hash: word(planHash(p), at), Summary: planSummary(p)}
		for _, r := range p.Resources {
			g.Resources = append(g.Resources, resourceData{s.keyOf("resource", r.Name), r.Capacity})
		}
		links, exclusive := linksOf(p), s.exclusiveLocks(p.Steps)
		g.Resources = append(g.Resources, locks(p.Steps, exclusive)...)
		for _, st := range inOrder(p) {
			g.Steps = append(g.Steps, s.step(p, st, s.links(st, links[st]), exclusive[st]))
		}
		g.Fallbacks = s.fallbacks(p)
		out = append(out, g)
	}
	return out
}

// locks are the resources by which steps exclude each other.
func locks(steps []*planner.Step, exclusive map[*planner.Step][]key) []resourceData {
	var out []resourceData
	seen := map[key]bool{}
	for _, st := range steps {
		for _, name := range exclusive[st] {
			if !seen[name] {
				seen[name] = true
				out = append(out, resourceData{name, 1})
			}
		}
	}
	return out
}

// step is a row of a plan's table. Empty fields are omitted, and so are the names
// of the step and its action if they equal the key.
func (s *script) step(p *planner.Plan, st *planner.Step, serves string, locks []key) stepData {
	row := stepData{Key: s.keyOf("step", st.ID)}
	put := func(name key, v string, always bool) {
		if v != "" {
			row.Fields = append(row.Fields, field{name, value{text: v, at: p.Goal.Range, quoted: always}})
		}
	}
	var uses []string
	for _, u := range st.Action.Uses {
		uses = append(uses, fmt.Sprintf("%s=%d", s.keyOf("resource", u.Resource), u.Amount))
	}
	for _, lock := range locks {
		uses = append(uses, string(lock)+"=1")
	}
	named := func(name key, v string) {
		if v != string(row.Key) {
			put(name, v, false)
		}
	}
	named("id", st.ID)
	named("action", string(s.keyOf("action", st.Action.ID)))
	put("needs", s.stepKeys(st.Needs), true)
	if st.Finish > 0 {
		put("starts", fmt.Sprint(int64(st.Start/time.Second)), false)
		put("finishes", fmt.Sprint(int64((st.Finish+time.Second-1)/time.Second)), false)
	}
	put("uses", strings.Join(uses, " "), true)
	put("serves", serves, true)
	return row
}

func (s *script) stepKeys(steps []*planner.Step) string {
	var out []string
	for _, st := range steps {
		out = append(out, string(s.keyOf("step", st.ID)))
	}
	return strings.Join(out, " ")
}

// linksOf gives the causal links of a plan by their producer, one for each
// consumer: deploy.sh doesn't distinguish plan variables.
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

// links writes the causal links of a step: CONSUMER, or CONSUMER:STEP,… with the
// later steps that overwrite what it reads; and whether the goal includes the step.
// From these, deploy.sh decides which completed steps must still be valid, and
// whether one that no longer is can run again.
func (s *script) links(st *planner.Step, list []planner.CausalLink) string {
	var out []string
	for _, l := range list {
		word := "goal"
		if l.Consumer != nil {
			word = string(s.keyOf("step", l.Consumer.ID))
		}
		for i, o := range l.Overwriters {
			sep := ","
			if i == 0 {
				sep = ":"
			}
			word += sep + string(s.keyOf("step", o.ID))
		}
		out = append(out, word)
	}
	if st.Included {
		out = append(out, "included")
	}
	return strings.Join(out, " ")
}

// planHash identifies a plan by its goal, its steps and their order.
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
