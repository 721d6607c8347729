// Package graph draws plans: their partial order for Mermaid and Graphviz, and
// their schedule as SVG. Every text of the manifest is quoted.
package graph

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// Mermaid draws a plan as a Mermaid flowchart. Rounded steps are generated; the
// critical path is bold.
func Mermaid(p *planner.Plan) string { return flowchart("LR", p.Steps, timed(p)) }

// Among draws those of the given steps that need one another, from top to bottom. It
// is empty if there are none.
func Among(steps []*planner.Step) string {
	var linked []*planner.Step
	for _, s := range steps {
		needs := func(n *planner.Step) bool { return slices.Contains(steps, n) }
		needed := func(other *planner.Step) bool { return slices.Contains(other.Needs, s) }
		if slices.ContainsFunc(s.Needs, needs) || slices.ContainsFunc(steps, needed) {
			linked = append(linked, s)
		}
	}
	if len(linked) == 0 {
		return ""
	}
	return flowchart("TD", linked, false)
}

// flowchart draws steps, one line each with the steps that need it.
func flowchart(direction string, steps []*planner.Step, timed bool) string {
	var b strings.Builder
	b.WriteString("flowchart " + direction + "\n")
	names := identify(steps)
	var path []string
	for _, s := range steps {
		shape := [2]string{"[", "]"}
		if s.Action.Declared == nil {
			shape = [2]string{"([", "])"}
		}
		node := names[s] + shape[0] + quote.MermaidLabel(label(s)) + shape[1]
		var bold, plain []string
		for _, other := range steps {
			if !slices.Contains(other.Needs, s) {
				continue
			}
			if timed && s.Critical && other.Critical {
				bold = append(bold, names[other])
			} else {
				plain = append(plain, names[other])
			}
		}
		if len(plain) > 0 || len(bold) == 0 {
			b.WriteString("    " + node + arrows(" --> ", plain) + "\n")
			node = names[s]
		}
		if len(bold) > 0 {
			b.WriteString("    " + node + arrows(" ==> ", bold) + "\n")
		}
		if timed && s.Critical {
			path = append(path, names[s])
		}
	}
	if len(path) > 0 {
		b.WriteString("    classDef critical stroke-width:3px\n    class " + strings.Join(path, ",") + " critical\n")
	}
	return b.String()
}

func arrows(arrow string, to []string) string {
	if len(to) == 0 {
		return ""
	}
	return arrow + strings.Join(to, " & ")
}

// Milestones draws the milestones of a plan's steps from top to bottom, with an arrow
// to each milestone that has a step that needs one of this milestone's steps.
func Milestones(p *planner.Plan) string {
	var list []*manifest.Milestone
	count := map[*manifest.Milestone]int{}
	next := map[*manifest.Milestone][]*manifest.Milestone{}
	for _, s := range p.Steps {
		ms := s.Action.Milestone
		if ms == nil {
			continue
		}
		if count[ms]++; count[ms] == 1 {
			list = append(list, ms)
		}
		for _, n := range s.Needs {
			if from := n.Action.Milestone; from != nil && from != ms && !slices.Contains(next[from], ms) {
				next[from] = append(next[from], ms)
			}
		}
	}
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for _, ms := range list {
		var to []string
		for _, other := range next[ms] {
			to = append(to, identifier(other.Name))
		}
		title := strings.Join(strings.Fields(ms.Title), " ")
		fmt.Fprintf(&b, "    %s[%s]%s\n", identifier(ms.Name), quote.MermaidLabel(title+"\n"+text.Count(count[ms], "step")), arrows(" --> ", to))
	}
	return b.String()
}

// DOT draws a plan as a graph for Graphviz, as Mermaid does.
func DOT(p *planner.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph plan {\n    graph [rankdir=LR, labelloc=t, fontname=\"sans-serif\", label=%s]\n", quote.DOT(Title(p)))
	b.WriteString("    node [shape=box, fontname=\"sans-serif\", fontsize=11]\n")
	names := identify(p.Steps)
	for _, s := range p.Steps {
		look := ""
		if s.Action.Declared == nil {
			look += ", style=rounded"
		}
		if onPath(p, s) {
			look += ", penwidth=3"
		}
		fmt.Fprintf(&b, "    %s [label=%s%s]\n", names[s], quote.DOT(label(s)), look)
	}
	for _, s := range p.Steps {
		for _, need := range s.Needs {
			look := ""
			if onPath(p, s) && onPath(p, need) {
				look = " [penwidth=3]"
			}
			fmt.Fprintf(&b, "    %s -> %s%s\n", names[need], names[s], look)
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// Title is the title of a picture.
func Title(p *planner.Plan) string {
	t := fmt.Sprintf("Goal %s of %s: %s", p.Goal.Name, p.System, text.Count(len(p.Steps), "step"))
	if p.Cost != nil {
		t += ", cost " + text.Number(p.Cost)
	}
	if timed(p) {
		t += ", " + p.Makespan.String()
	}
	return t
}

// identify gives each step an identifier.
func identify(steps []*planner.Step) map[*planner.Step]string {
	names, taken := map[*planner.Step]string{}, map[string]bool{}
	for _, s := range steps {
		name := identifier(s.ID)
		if taken[name] {
			name += "_" + hash(s.ID)
		}
		taken[name] = true
		names[s] = name
	}
	return names
}

// reserved are keywords of Mermaid and Graphviz, which ignore case.
var reserved = map[string]bool{
	"call": true, "class": true, "classdef": true, "click": true, "default": true, "digraph": true, "direction": true, "edge": true, "end": true, "flowchart": true,
	"graph": true, "href": true, "interpolate": true, "linkstyle": true, "node": true, "strict": true, "style": true, "subgraph": true,
}

// identifier converts a name to an identifier for Mermaid and Graphviz, with _ for
// dots and hyphens. If the result isn't one, it consists of the valid characters and
// the start of the name's hash.
func identifier(name string) string {
	odd := false
	id := strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '-' || r == '_':
			return '_'
		case '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z':
			return r
		}
		odd = true
		return -1
	}, name)
	if !odd && id != "" && (id[0] < '0' || id[0] > '9') && !reserved[strings.ToLower(id)] {
		return id
	}
	return "n_" + id + "_" + hash(name)
}

func hash(name string) string { return kit.Sum([]byte(name))[:6] }

// label is a step's name with its cost, and a declared action's title.
func label(s *planner.Step) string {
	l := s.ID
	if s.Action.Cost != nil {
		l += ", " + text.Number(s.Action.Cost)
	}
	if t := title(s.Action); t != "" {
		l += "\n" + t
	}
	return l
}

// title is a declared action's title, unless it only repeats the name.
func title(a *planner.Action) string {
	if a.Declared == nil || a.Title == a.ID {
		return ""
	}
	return strings.Join(strings.Fields(a.Title), " ")
}

// timed reports whether any step takes time.
func timed(p *planner.Plan) bool { return p.Makespan != nil && *p.Makespan > 0 }

func onPath(p *planner.Plan, s *planner.Step) bool { return timed(p) && s.Critical }

// span is a step's time in the schedule. If no step takes time, it is the step's
// position in the order: the length of its longest chain of needs.
func span(p *planner.Plan, s *planner.Step) (from, to time.Duration) {
	if timed(p) {
		return s.Start, s.Finish
	}
	return time.Duration(s.Level), time.Duration(s.Level + 1)
}
