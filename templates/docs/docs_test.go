package docs_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math/big"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/templates/docs"
)

const hostile = "q'\"$(touch x)`touch y`${y}{{.}}$$|*b*_i_[l](u)<b>&amp;\nü # -->"

// sample is a plan of three steps, with every text given.
func sample(words string) (*manifest.Manifest, []*planner.Plan) {
	ms := &manifest.Milestone{Name: "first", Title: words, Goal: words, Order: big.NewRat(1, 1)}
	action := func(name string, takes time.Duration) *manifest.Action {
		return &manifest.Action{Name: name, Title: words, Description: words, Category: words, Milestone: ms, Cost: big.NewRat(5, 2), CostNote: words,
			Duration: takes, DurationNote: words, Priority: "high", PriorityNote: words, Shell: "sh", OnFailure: "stop",
			Run: manifest.PlainText("echo " + words), Validate: manifest.PlainText(words), Rollback: manifest.PlainText(words)}
	}
	a, b, c, unused := action("a", time.Minute), action("b", 2*time.Minute), action("c", time.Second), action("d", 0)
	m := &manifest.Manifest{
		System: &manifest.System{Name: words, Description: words}, Milestones: []*manifest.Milestone{ms}, Actions: []*manifest.Action{a, b, c, unused},
		Runbooks:   []*manifest.Runbook{{Name: "fails", Title: words, Symptoms: []string{words}, Diagnosis: words, Resolution: words, Covers: []string{"action.a"}}},
		Benchmarks: []*manifest.Benchmark{{Name: "p99", Title: words, Target: words, Run: manifest.PlainText(words)}},
	}
	m.Criteria = []*manifest.Criterion{{Name: "x", Title: words, Description: words, Within: time.Minute,
		Probe: &manifest.CommandProbe{Run: manifest.PlainText(words), Equals: &words, Matches: words}}}
	step := func(a *manifest.Action, start, finish time.Duration, critical bool, needs ...*planner.Step) *planner.Step {
		return &planner.Step{ID: a.Name, Action: deployment.Declared(a), Start: start, Finish: finish, Critical: critical, Needs: needs, Produces: []string{words}}
	}
	sa := step(a, 0, time.Minute, true)
	sb := step(b, time.Minute, 3*time.Minute, true, sa)
	sc := step(c, time.Minute, time.Minute+time.Second, false, sa)
	makespan := 3 * time.Minute
	return m, []*planner.Plan{{Goal: &manifest.Goal{Name: "default", Title: words, Description: words}, Status: planner.Optimal,
		Cost: big.NewRat(15, 2), LowerBound: big.NewRat(15, 2), Makespan: &makespan, Steps: []*planner.Step{sa, sb, sc},
		Dropped:   []*planner.Action{{ID: "d"}, {ID: "grave", Priority: "critical"}},
		Fallbacks: []planner.Fallback{{Step: sb, Done: []*planner.Step{sa, sc}, Plan: &planner.Plan{Status: planner.Bounded, Cost: big.NewRat(9, 1), Steps: []*planner.Step{sc}}}},
		Quality:   &planner.Quality{Optimality: big.NewRat(5, 4), Validated: planner.Share{Count: 1, Of: 3}}}}
}

// texts are the texts of a document, as cmark-gfm reads it: of a block without
// marks in it, of code and of code blocks.
func texts(t *testing.T, doc string) []string {
	t.Helper()
	cmd := exec.Command(tooltest.Need(t, "cmark-gfm")[0], "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tagfilter", "-t", "xml")
	cmd.Stdin = strings.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(string(out)))
	d.Strict = false
	var list []string
	var b strings.Builder
	in := ""
	flush := func() {
		if b.Len() > 0 {
			list = append(list, b.String())
		}
		b.Reset()
	}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			in = tok.Name.Local
			switch in {
			case "emph", "strong", "strikethrough", "image", "block_quote", "thematic_break":
				t.Errorf("%s in the document", in)
			case "paragraph", "heading", "table_cell", "code_block":
				flush()
			}
		case xml.EndElement:
			in = ""
		case xml.CharData:
			switch in {
			case "text", "code", "code_block":
				b.Write(tok)
			case "html_inline":
				b.WriteString(map[bool]string{true: "\n", false: "{" + string(tok) + "}"}[string(tok) == "<br>"])
			}
		}
	}
}

func TestHostileTextReadsBack(t *testing.T) {
	m, plans := sample(hostile)
	files, diags := docs.Render(m, plans)
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	for _, f := range files {
		want := map[string]int{kit.PlanPath: 37, kit.RunbookPath: 6}[f.Path]
		got := 0
		for _, s := range texts(t, string(f.Content)) {
			got += strings.Count(s, hostile)
			// A text that was cut or altered would leave its tail without its head.
			if tail := strings.Count(s, "touch y") - strings.Count(s, hostile); tail != 0 && !strings.HasPrefix(s, "flowchart") {
				t.Errorf("%s alters a text: %q", f.Path, s)
			}
		}
		if got < want {
			t.Errorf("%s shows the text %d times, at least %d were expected\n%s", f.Path, got, want, f.Content)
		}
	}
}

// Paths outside the kit are listed once, with what uses them.
func TestOutside(t *testing.T) {
	m, plans := sample("plain")
	use := func(address, argument, path string, made bool) *manifest.UsedPath {
		return &manifest.UsedPath{Origin: manifest.Origin{Address: address}, Argument: argument, Path: path, Made: made}
	}
	m.Paths = []*manifest.UsedPath{use("image.a", "context", "../a|b", false), use("image.b", "context", "../a|b", true), use("service.s", "bind", "../data", true)}
	files, _ := docs.Render(m, plans)
	for _, want := range []string{"## Paths outside the kit, which a copy of it needs too\n", "- `../a|b` (must be there): `image.a context`, `image.b context`\n", "- `../data` (made, or may be missing): `service.s bind`\n"} {
		if !strings.Contains(string(files[0].Content), want) {
			t.Errorf("%q is missing in\n%s", want, files[0].Content)
		}
	}
}

func TestPlan(t *testing.T) {
	m, plans := sample("plain")
	files, _ := docs.Render(m, plans)
	plan := string(files[0].Content)
	for _, want := range []string{
		"| steps | 3 |", "| cost | 7.5 |", "| proved | optimal |", "| duration (sequential) | 3 min 1 s |", "| duration (parallel) | 3 min |",
		"| steps on the critical path | 2 |", "| maximum parallel steps | 2 |", "Critical path: `a`, `b`\n", "    a[\"a, 2.5<br/>plain\"] --> b & c\n",
		"<summary>plain: 4 actions, cost 10, time 3 min 1 s</summary>", "needed for this goal: `d`",
		"priority, but not needed for this goal: `grave` (critical)", "| `b` | `c` | 9 or less |", "| optimality: cost / lower bound | 1.25 |",
		"| steps with a validation | 1 of 3 |", "| parallelism, upper bound | – |", "| `b` | plain | 1 min | 3 min | critical | `a` |", "- `a` plain: cost 2.5 (plain), 1 min (plain), high priority (plain), plain, [run](deploy/actions/a/run.sh), [validate](",
		"## Success criteria", "## Benchmarks", "## Before the deployment", "## After the deployment",
	} {
		if !strings.Contains(plan, want) {
			t.Errorf("%q is missing in\n%s", want, plan)
		}
	}
	again, _ := docs.Render(m, plans)
	if string(again[0].Content) != plan {
		t.Error("the second rendering differs")
	}
	if book := string(files[1].Content); !strings.Contains(book, "<a id=\"fails\"></a>\n\n## plain\n") || !strings.Contains(book, "Covers `action.a`.") {
		t.Errorf("no anchor in\n%s", book)
	}
}

func TestEmpty(t *testing.T) {
	files, _ := docs.Render(&manifest.Manifest{System: &manifest.System{Name: "x"}}, []*planner.Plan{{Goal: &manifest.Goal{Name: "default", Implicit: true}, Status: planner.Optimal}})
	if len(files) != 1 {
		t.Errorf("a runbook without content: %v", files)
	}
	for _, f := range files {
		if !strings.HasSuffix(string(f.Content), "\n") || !strings.HasPrefix(string(f.Content), "<!-- Code generated") {
			t.Errorf("%s: %q", f.Path, f.Content)
		}
	}
}

// The impact comes first: for each service its ports, its data, and the steps that
// recreate its containers, whether generated or declared.
func TestImpact(t *testing.T) {
	m, plans := sample("plain")
	volume := &manifest.Volume{Name: "data", RealName: "x_data"}
	web := &manifest.Service{Name: "web", Instances: []*manifest.Instance{{
		Ports:  []*manifest.Port{{Name: "http", Container: 80, Host: 8080, Bind: "127.0.0.1"}, {Name: "all", Container: 81, Host: 81, Bind: "0.0.0.0"}, {Name: "inner", Container: 82}},
		Mounts: []*manifest.Mount{{Target: "/d", Volume: volume}, {Target: "/conf", Bind: "conf", ReadOnly: true}},
	}}}
	m.Services = []*manifest.Service{web}
	started := manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ServiceStarted, Name: "web"}}
	gone := manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ImageReady, Name: "old"}}
	m.Actions[1].Achieves, m.Actions[1].Destroys = []manifest.FactRef{started}, []manifest.FactRef{gone}
	plans[0].Steps[1].Action = deployment.Declared(m.Actions[1])
	files, _ := docs.Render(m, plans)
	plan := string(files[0].Content)
	impact, _, _ := strings.Cut(plan, "## Goal")
	for _, want := range []string{"| `web` | 1 | `8080`, `0.0.0.0:81` | `x_data` | `b` |\n", "| `b` | `image.old.ready` |\n"} {
		if !strings.Contains(impact, want) {
			t.Errorf("%q is missing in\n%s", want, impact)
		}
	}
}
