package docs

import (
	_ "embed"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/env"
	"github.com/omegagen/omegagen/templates/graph"
	"github.com/omegagen/omegagen/templates/layout"
)

//go:embed PLAN.md.tmpl
var planSource string

// markdown is text that was quoted where it was put together.
type markdown string

// quoting are the functions through which all goes that the templates write.
var quoting = template.FuncMap{
	"comment":  quote.MarkdownComment,
	"text":     quote.Markdown,
	"code":     code,
	"cell":     cellCode,
	"codes":    func(list []string) string { return each(list, code, ", ") },
	"cells":    func(list []string) string { return each(list, cellCode, ", ") },
	"number":   strconv.Itoa,
	"target":   target,
	"name":     name,
	"fence":    quote.MarkdownFence,
	"graph":    func(g markdown) string { return string(g) },
	"markdown": func(m markdown) string { return string(m) },
}

var planTemplate = layout.Must("PLAN.md", planSource, quoting)

func each(list []string, quoted func(string) string, sep string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quoted(s)
	}
	return strings.Join(out, sep)
}

// target is a path of the kit in a link. The names of files hold no character
// that would end it.
func target(path string) string { return path }

// name is the name of a block, an identifier: it stands in anchors as it is.
func name(identifier string) string { return identifier }

// planPage is what PLAN.md says.
type planPage struct {
	Header, System, Description string
	Runbook                     string
	Services                    []serviceRow
	Destroys                    []destroyRow
	Milestones                  markdown // the graph of the default plan's milestones
	Goals                       []goalPage
	Groups                      []group
	Others                      []goalPage
	Figures                     [][]markdown
	Criteria                    []criterionRow
	Benchmarks                  []benchmarkRow
	Before, After               []check
}

type serviceRow struct {
	Name                   string
	Containers             int
	Published, Data, Steps []string
}

type destroyRow struct {
	First bool
	Step  string
	Facts []string
}

// goalPage is a goal with its plan.
type goalPage struct {
	Name, Title, Description string
	Implicit, Timed          bool
	Same                     string // the goal with the same plan
	Beside                   string // the goal whose steps are left out of Steps
	Without                  []string
	Figures                  string
	Critical                 []string
	Steps                    []stepRow
	DroppedHigh              []droppedRow
	Dropped                  []string
	Fallbacks                []fallbackRow
}

type stepRow struct {
	ID, Title, Start, Finish, Slack string
	Needs                           []string
}

type droppedRow struct{ ID, Priority string }

type fallbackRow struct {
	Step, Cost string
	Steps      []string
}

// group is the actions of a milestone.
type group struct {
	Title, Figures, Goal string
	Graph                markdown
	Actions              []actionRow
}

type actionRow struct {
	ID, Title, Facts, Description string
	Scripts                       []scriptLink
}

type scriptLink struct{ Phase, Path string }

type criterionRow struct {
	Title, Description, Within string
	Probe                      markdown
}

type benchmarkRow struct{ Title, Target, Script string }

// check is something to tick off.
type check struct {
	Text  string
	Codes []string
}

// plan makes PLAN.md.
func (p *page) plan() {
	d := planPage{Header: kit.Header(p.m.System.Name), System: p.m.System.Name, Description: p.m.System.Description,
		Services: p.services(), Destroys: p.destroys(), Groups: p.groups(), Before: p.before(), After: p.after()}
	if len(p.m.Runbooks) > 0 {
		d.Runbook = kit.RunbookPath
	}
	for i, pl := range p.plans {
		g := p.goalPage(pl)
		if i == 0 {
			if g.Name != "default" {
				g.Name += " (default)"
			}
			d.Goals = append(d.Goals, g)
			if len(milestonesOf(pl)) > 1 {
				d.Milestones = markdown(graph.Milestones(pl))
			}
			continue
		}
		for _, other := range p.plans[:i] {
			if g.Same == "" && samePlan(pl, other) {
				g.Same = other.Goal.Name
			}
		}
		g.beside(d.Goals[0])
		d.Others = append(d.Others, g)
	}
	if len(p.plans) > 0 {
		d.Figures = p.figures()
	}
	for _, c := range p.m.Criteria {
		d.Criteria = append(d.Criteria, criterionRow{c.Title, c.Description, span(c.Within), markdown(describe(c))})
	}
	for _, b := range p.m.Benchmarks {
		d.Benchmarks = append(d.Benchmarks, benchmarkRow{b.Title, b.Target, kit.BenchmarkScriptPath(b.Name)})
	}
	if err := planTemplate.Execute(&p.b, d); err != nil {
		panic(err) // the data has the fields that the template asks for
	}
}

// services are what the default plan deploys, and what steps of any plan make it
// anew.
func (p *page) services() []serviceRow {
	by := map[string][]string{}
	for _, pl := range p.plans {
		for _, st := range pl.Steps {
			for _, f := range st.Action.Disrupts {
				if f.Kind == manifest.ServiceStarted && !slices.Contains(by[f.Name], st.ID) {
					by[f.Name] = append(by[f.Name], st.ID)
				}
			}
		}
	}
	var out []serviceRow
	for _, s := range p.m.Services {
		row := serviceRow{Name: s.Name, Containers: len(s.Instances), Steps: by[s.Name]}
		for _, i := range s.Instances {
			for _, port := range i.Ports {
				if port.Host != 0 {
					address := strconv.Itoa(port.Host)
					if port.Bind != "" && port.Bind != "127.0.0.1" {
						address = port.Bind + ":" + address
					}
					row.Published = append(row.Published, address)
				}
			}
			for _, m := range i.Mounts {
				where := m.Bind
				if m.Volume != nil {
					where = m.Volume.RealName
				}
				if where != "" && !m.ReadOnly && !slices.Contains(row.Data, where) {
					row.Data = append(row.Data, where)
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// destroys are the steps of the default plan after which facts are untrue.
func (p *page) destroys() []destroyRow {
	var out []destroyRow
	for _, pl := range p.plans[:min(1, len(p.plans))] {
		for _, st := range pl.Steps {
			var facts []string
			for _, f := range st.Action.Destroys {
				facts = append(facts, f.String())
			}
			if len(facts) > 0 {
				out = append(out, destroyRow{len(out) == 0, st.ID, facts})
			}
		}
	}
	return out
}

// samePlan reports whether two plans take the same steps at the same times.
func samePlan(a, b *planner.Plan) bool {
	return slices.EqualFunc(a.Steps, b.Steps, func(x, y *planner.Step) bool {
		return x.ID == y.ID && x.Start == y.Start && x.Finish == y.Finish && slices.EqualFunc(x.Needs, y.Needs, func(m, n *planner.Step) bool { return m.ID == n.ID })
	})
}

func (p *page) goalPage(pl *planner.Plan) goalPage {
	g := goalPage{Name: pl.Goal.Name, Title: pl.Goal.Title, Description: pl.Goal.Description, Implicit: pl.Goal.Implicit, Timed: timed(pl)}
	g.Figures = text.Count(len(pl.Steps), "step") + ", cost " + number(pl.Cost)
	if timed(pl) {
		g.Figures += ", " + span(*pl.Makespan)
	}
	g.Figures += ", " + string(pl.Status)
	for _, s := range critical(pl) {
		g.Critical = append(g.Critical, s.ID)
	}
	steps := slices.Clone(pl.Steps)
	sort.SliceStable(steps, func(i, j int) bool { return steps[i].Start < steps[j].Start })
	for _, s := range steps {
		row := stepRow{ID: s.ID, Title: s.Action.Title, Start: at(s.Start), Finish: at(s.Finish), Slack: span(s.Slack)}
		if row.Title == s.ID {
			row.Title = ""
		}
		if s.Critical {
			row.Slack = "critical"
		}
		for _, n := range s.Needs {
			row.Needs = append(row.Needs, n.ID)
		}
		g.Steps = append(g.Steps, row)
	}
	for _, a := range pl.Dropped {
		if a.HighPriority() {
			g.DroppedHigh = append(g.DroppedHigh, droppedRow{a.ID, string(a.Priority)})
		} else {
			g.Dropped = append(g.Dropped, a.ID)
		}
	}
	for _, f := range pl.Fallbacks {
		row := fallbackRow{Step: f.Step.ID, Cost: number(f.Plan.Cost)}
		if f.Plan.Status == planner.Bounded {
			row.Cost += " or less"
		}
		for _, s := range f.Plan.Steps {
			row.Steps = append(row.Steps, s.ID)
		}
		g.Fallbacks = append(g.Fallbacks, row)
	}
	return g
}

// beside leaves of a goal's steps those that the plan of another goal lacks, and
// notes which of that one's it does without.
func (g *goalPage) beside(other goalPage) {
	all := map[string]bool{}
	for _, s := range g.Steps {
		all[s.ID] = true
	}
	for _, s := range other.Steps {
		if !all[s.ID] {
			g.Without = append(g.Without, s.ID)
		}
	}
	g.Beside = other.Name
	g.DroppedHigh, g.Dropped = nil, nil // what there is besides is told of the other
	g.Steps = slices.DeleteFunc(g.Steps, func(s stepRow) bool {
		return slices.ContainsFunc(other.Steps, func(o stepRow) bool { return o.ID == s.ID })
	})
}

// groups are all actions by milestone: by order, then first step, then name.
func (p *page) groups() []group {
	members := map[*manifest.Milestone][]*entry{}
	for _, e := range p.entries() {
		members[e.action.Milestone] = append(members[e.action.Milestone], e)
	}
	list := slices.Clone(p.m.Milestones)
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if (a.Order == nil) != (b.Order == nil) {
			return a.Order != nil
		}
		if a.Order != nil && a.Order.Cmp(b.Order) != 0 {
			return a.Order.Cmp(b.Order) < 0
		}
		return firstOf(members[a]) < firstOf(members[b])
	})
	var out []group
	for _, ms := range list {
		if len(members[ms]) > 0 {
			g := p.group(members[ms])
			g.Title, g.Goal = ms.Title, ms.Goal
			out = append(out, g)
		}
	}
	if rest := members[nil]; len(rest) > 0 {
		g := p.group(rest)
		g.Title = "Without a milestone"
		if len(p.m.Milestones) == 0 {
			g.Title = "All actions"
		}
		out = append(out, g)
	}
	return out
}

func (p *page) group(entries []*entry) group {
	cost := new(big.Rat)
	var takes time.Duration
	var g group
	var steps []*planner.Step
	for _, e := range entries {
		if e.action.Cost != nil {
			cost.Add(cost, e.action.Cost)
		}
		takes += e.action.Duration
		g.Actions = append(g.Actions, p.actionRow(e))
		if e.step != nil {
			steps = append(steps, e.step)
		}
	}
	g.Figures = fmt.Sprintf("%s, cost %s", text.Count(len(entries), "action"), number(cost))
	if takes > 0 {
		g.Figures += ", time " + span(takes)
	}
	g.Graph = markdown(graph.Among(steps))
	return g
}

// actionRow is a line on an action: its figures with their notes, and its
// scripts where a plan has it.
func (p *page) actionRow(e *entry) actionRow {
	a := e.action
	row := actionRow{ID: a.ID, Title: a.Title}
	if row.Title == a.ID {
		row.Title = ""
	}
	noted := func(value, note string) string {
		if note != "" {
			return value + " (" + note + ")"
		}
		return value
	}
	var facts []string
	if d := a.Declared; d != nil {
		facts = append(facts, noted("cost "+number(a.Cost), d.CostNote))
		if a.Duration > 0 {
			facts = append(facts, noted(span(a.Duration), d.DurationNote))
		}
		if d.Priority != "" {
			facts = append(facts, noted(string(d.Priority)+" priority", d.PriorityNote))
		}
		if d.Category != "" {
			facts = append(facts, d.Category)
		}
		if d.Optional {
			facts = append(facts, "optional")
		}
		if d.OnFailure != "" && d.OnFailure != manifest.Stop {
			facts = append(facts, "on failure "+string(d.OnFailure))
		}
		row.Description = strings.TrimSpace(d.Description)
	} else {
		facts = append(facts, "cost "+number(a.Cost))
		if a.Duration > 0 {
			facts = append(facts, span(a.Duration))
		}
	}
	if e.step == nil {
		facts = append(facts, "in no plan")
	}
	row.Facts = strings.Join(facts, ", ")
	if e.step == nil {
		return row // the kit has no files of it
	}
	for _, part := range a.Parts {
		for _, phase := range part.Phases {
			if part.Call == nil {
				row.Scripts = append(row.Scripts, scriptLink{string(phase), kit.ActionScriptPath(a.ID, string(phase))})
			}
		}
	}
	return row
}

// before is what a person sees to before the first deployment.
func (p *page) before() []check {
	var out []check
	if tools := p.tools(); len(tools) > 0 {
		out = append(out, check{"these programs are installed", tools})
	}
	if len(p.m.Services)+len(p.m.Images) > 0 {
		out = append(out, check{Text: "the Docker daemon answers, and Docker Compose is there"})
	}
	var ports []string
	for _, s := range p.services() {
		ports = append(ports, s.Published...)
	}
	if len(ports) > 0 {
		out = append(out, check{"these ports are free", ports})
	}
	for _, v := range env.Variables(p.m) {
		out = append(out, check{"set in .env, or left to deploy.sh", []string{v.Secret.EnvVar}})
	}
	return append(out, check{"the kit is as it was built", []string{"sha256sum -c " + kit.SumsPath}})
}

// after is what a person sees to when all is deployed.
func (p *page) after() []check {
	out := []check{{"deviations and actual times have been read", []string{"./deploy.sh report"}}}
	if len(p.m.Benchmarks) > 0 {
		out = append(out, check{"the benchmarks have been run", []string{"./deploy.sh bench"}})
	}
	var volumes []string
	for _, v := range p.m.Volumes {
		volumes = append(volumes, v.RealName)
	}
	if len(volumes) > 0 {
		out = append(out, check{"these volumes are part of the backup", volumes})
	}
	if len(p.m.Secrets) > 0 {
		out = append(out, check{"the secrets are part of the backup", []string{kit.SecretsDir}})
	}
	return out
}
