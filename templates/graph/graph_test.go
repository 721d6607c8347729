package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math/big"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/templates/graph"
)

const hostile = `q'"$(touch x)` + "`touch y`" + `\N\G\l\"&amp;&#65;<b>]]></title><script>alert(1)</script><!-- %%{init}%% #35; |x| {y} [z] ü` + " \\"

// sample is a plan of three steps, with a title for each, and times unless it
// is to have none.
func sample(title string, unit time.Duration) *planner.Plan {
	action := func(name string, takes time.Duration) *planner.Action {
		return deployment.Declared(&manifest.Action{Name: name, Title: title, Cost: big.NewRat(5, 2), Duration: takes})
	}
	a := &planner.Step{ID: "a", Action: action("a", unit), Finish: unit, Critical: true}
	b := &planner.Step{ID: "b", Action: action("b", 2*unit), Needs: []*planner.Step{a}, Start: unit, Finish: 3 * unit, Critical: true, Level: 1}
	c := &planner.Step{ID: "c", Action: action("c", unit), Needs: []*planner.Step{a}, Start: unit, Finish: 2 * unit, Slack: unit, Level: 1}
	span := 3 * unit
	return &planner.Plan{System: "s", Goal: &manifest.Goal{Name: "g"}, Status: planner.Optimal, Cost: big.NewRat(15, 2), Makespan: &span, Steps: []*planner.Step{a, b, c}}
}

// elements reads a document that must be well-formed XML, and gives the texts
// of the elements of one name.
func elements(t *testing.T, doc []byte, name string) []string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	var out []string
	var at []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, doc)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if at = append(at, tok.Name.Local); tok.Name.Local == name {
				out = append(out, "")
			}
		case xml.EndElement:
			at = at[:len(at)-1]
		case xml.CharData:
			if len(at) > 0 && at[len(at)-1] == name {
				out[len(out)-1] += string(tok)
			}
		}
	}
}

func TestSVGIsWellFormedAndReadsBack(t *testing.T) {
	for _, unit := range []time.Duration{0, time.Minute, time.Nanosecond, 400 * time.Hour} {
		p := sample(hostile, unit)
		doc, err := graph.SVG(p)
		if err != nil {
			t.Fatal(err)
		}
		titles := elements(t, doc, "title")
		if len(titles) != 4 || titles[0] != graph.Title(p) || !strings.HasPrefix(titles[1], "a, 2.5\n"+hostile) {
			t.Errorf("%q", titles)
		}
		if s := elements(t, doc, "script"); len(s) > 0 {
			t.Errorf("a script stands in the picture: %q", s)
		}
		if arrows := bytes.Count(doc, []byte("marker-end")); arrows != 2 {
			t.Errorf("%d arrows", arrows)
		}
		again, _ := graph.SVG(p)
		if !bytes.Equal(doc, again) {
			t.Error("the second picture differs")
		}
	}
	if _, err := graph.SVG(&planner.Plan{Goal: &manifest.Goal{}}); err != nil {
		t.Error(err)
	}
}

// TestGraphvizReadsLabels lets Graphviz itself draw the graph, and reads the
// labels back from its drawing.
func TestGraphvizReadsLabels(t *testing.T) {
	tooltest.Need(t, "dot")
	for _, title := range []string{hostile, "two\nlines", "\x00\x1b", "", "\\", `"`, "&", "a  b", strings.Repeat("long ", 300)} {
		p := sample(title, time.Minute)
		cmd := exec.Command("dot", "-Tsvg")
		cmd.Stdin = strings.NewReader(graph.DOT(p))
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil || errs.Len() > 0 {
			t.Fatalf("%v %s\n%s", err, errs.String(), graph.DOT(p))
		}
		want := strings.Map(func(r rune) rune {
			if r < 0x20 {
				return '�'
			}
			return r
		}, strings.Join(strings.Fields(title), " "))
		got := strings.ReplaceAll(strings.Join(elements(t, out, "text"), "\n"), "\u00a0", " ")
		if n := strings.Count(got, "\n"+want); n < 3 {
			t.Errorf("the title %q stands %d times in\n%q", want, n, got)
		}
		if edges := bytes.Count(out, []byte(`class="edge"`)); edges != 2 {
			t.Errorf("%d edges", edges)
		}
	}
}

func TestMermaidLabelsReadBack(t *testing.T) {
	m := graph.Mermaid(sample(hostile, time.Minute))
	for _, want := range []string{"    a ==> b\n", " --> c\n", "class a,b critical\n"} {
		if !strings.Contains(m, want) {
			t.Errorf("%q is missing in\n%s", want, m)
		}
	}
	label := regexp.MustCompile(`(?m)^    a\["([^"]*)"\] --> c$`).FindStringSubmatch(m)
	if label == nil {
		t.Fatalf("no label in\n%s", m)
	}
	back := regexp.MustCompile(`#(\d+);`).ReplaceAllStringFunc(strings.ReplaceAll(label[1], "<br/>", "\n"), func(e string) string {
		n, _ := strconv.Atoi(e[1 : len(e)-1])
		return string(rune(n))
	})
	if back != "a, 2.5\n"+hostile {
		t.Errorf("%q", back)
	}
	if n := strings.Count(m, "\n"); n != 7 {
		t.Errorf("%d lines:\n%s", n, m)
	}
}

// FuzzDOT lets Graphviz read any text back as a label.
func FuzzDOT(f *testing.F) {
	tooltest.Need(f, "dot")
	f.Add(hostile)
	f.Add("\\\n\\n\"")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 || strings.ContainsRune(s, '\u00a0') || strings.TrimSpace(s) != s || s == "" {
			t.Skip() // Graphviz writes a space as U+00A0, and drops some at ends
		}
		cmd := exec.Command("dot", "-Tsvg")
		cmd.Stdin = strings.NewReader("graph g {\n    n [label=" + quote.DOT(s) + "]\n}\n")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil || errs.Len() > 0 {
			t.Fatalf("%v %s", err, errs.String())
		}
		var want []string
		for _, l := range strings.Split(string([]rune(s)), "\n") {
			l = strings.Map(func(r rune) rune {
				if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff {
					return '\uFFFD'
				}
				return r
			}, l)
			if strings.TrimSpace(l) != "" {
				want = append(want, strings.TrimSpace(l))
			}
		}
		var got []string
		for _, l := range elements(t, out, "text") {
			if l = strings.TrimSpace(strings.ReplaceAll(l, "\u00a0", " ")); l != "" {
				got = append(got, l)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q reads back as %q", want, got)
		}
	})
}

// Nodes are named after their steps, whatever these are called, and no name
// depends on the number of other steps.
func TestNodesAreNames(t *testing.T) {
	steps := []*planner.Step{}
	for _, id := range []string{"build", "image.web.pull", "image-web-pull", "end", "9lives", "a b", "é"} {
		steps = append(steps, &planner.Step{ID: id, Action: &planner.Action{ID: id}})
	}
	for i, s := range steps[1:] {
		s.Needs = []*planner.Step{steps[i]}
	}
	m := graph.Among(steps)
	for _, want := range []string{
		"flowchart TD\n", `build(["build"]) --> image_web_pull`, `image_web_pull(["image.web.pull"]) --> image_web_pull_`, `n_end_`, `n_9lives_`, `n_ab_`, `n__`,
	} {
		if !strings.Contains(m, want) {
			t.Errorf("%q is missing in\n%s", want, m)
		}
	}
	if got := graph.Among(steps[:1]); got != "" {
		t.Errorf("one step alone is drawn:\n%s", got)
	}
	if two := graph.Among(steps[:2]); !strings.HasPrefix(m, two[:strings.Index(two, "\n    image")]) {
		t.Errorf("a node's name depends on other steps:\n%s%s", two, m)
	}
}

// A milestone is a node; arrows lead to those that need its steps.
func TestMilestones(t *testing.T) {
	first, second := &manifest.Milestone{Name: "first", Title: "The [first]"}, &manifest.Milestone{Name: "end", Title: "Last"}
	a := &planner.Step{ID: "a", Action: &planner.Action{ID: "a", Milestone: first}}
	b := &planner.Step{ID: "b", Action: &planner.Action{ID: "b", Milestone: first}, Needs: []*planner.Step{a}}
	c := &planner.Step{ID: "c", Action: &planner.Action{ID: "c", Milestone: second}, Needs: []*planner.Step{a, b}}
	d := &planner.Step{ID: "d", Action: &planner.Action{ID: "d"}, Needs: []*planner.Step{c}}
	m := graph.Milestones(&planner.Plan{Steps: []*planner.Step{a, b, c, d}})
	want := regexp.MustCompile(`^flowchart TD\n    first\["The #91;first#93;<br/>2 steps"\] --> n_end_[0-9a-f]{6}\n    n_end_[0-9a-f]{6}\["Last<br/>1 step"\]\n$`)
	if !want.MatchString(m) {
		t.Error(m)
	}
}
