// Package graph draws plans: their partial order for Mermaid and Graphviz, and
// their schedule as SVG. Every text of the manifest is quoted.
package graph

import (
	"fmt"
	"strings"
	"time"

	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// Mermaid draws a plan as a Mermaid flowchart. Rounded steps are made by the
// compiler; the critical path is bold.
func Mermaid(p *planner.Plan) string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	names := number(p)
	for _, s := range p.Steps {
		shape := [2]string{"[", "]"}
		if s.Action.Declared == nil {
			shape = [2]string{"([", "])"}
		}
		fmt.Fprintf(&b, "    %s%s%s%s\n", names[s], shape[0], quote.MermaidLabel(label(s)), shape[1])
	}
	var path []string
	for _, s := range p.Steps {
		for _, need := range s.Needs {
			arrow := "-->"
			if onPath(p, s) && onPath(p, need) {
				arrow = "==>"
			}
			fmt.Fprintf(&b, "    %s %s %s\n", names[need], arrow, names[s])
		}
		if onPath(p, s) {
			path = append(path, names[s])
		}
	}
	if len(path) > 0 {
		b.WriteString("    classDef critical stroke-width:3px\n    class " + strings.Join(path, ",") + " critical\n")
	}
	return b.String()
}

// DOT draws a plan as a graph for Graphviz, as Mermaid does.
func DOT(p *planner.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph plan {\n    graph [rankdir=LR, labelloc=t, fontname=\"sans-serif\", label=%s]\n", quote.DOT(Title(p)))
	b.WriteString("    node [shape=box, fontname=\"sans-serif\", fontsize=11]\n")
	names := number(p)
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

// Title says what a picture shows.
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

// number names the steps in the order of the plan.
func number(p *planner.Plan) map[*planner.Step]string {
	names := map[*planner.Step]string{}
	for i, s := range p.Steps {
		names[s] = fmt.Sprintf("s%d", i+1)
	}
	return names
}

// label is a step's name with its cost, and the title that a declared action
// was given.
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

// timed says whether any step takes time.
func timed(p *planner.Plan) bool { return p.Makespan != nil && *p.Makespan > 0 }

func onPath(p *planner.Plan, s *planner.Step) bool { return timed(p) && s.Critical }

// span is a step's place in time, or where nothing takes time in the order: the
// length of its longest chain of needs.
func span(p *planner.Plan, s *planner.Step) (from, to time.Duration) {
	if timed(p) {
		return s.Start, s.Finish
	}
	return time.Duration(s.Level), time.Duration(s.Level + 1)
}
