package docs

import (
	_ "embed"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/env"
	"github.com/omegagen/omegagen/templates/graph"
	"github.com/omegagen/omegagen/templates/layout"
)

//go:embed PLAN.md.tmpl
var planSource string

// markdown is text that is quoted already.
type markdown string

// quoting are the quoting functions that everything written by the templates must pass.
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

// target is a path of the kit in a link. Names of files contain no character that
// would end the link.
func target(path string) string { return path }

// name is the name of a block, which is an identifier and needs no quoting in anchors.
func name(identifier string) string { return identifier }

// planPage is the data of PLAN.md.
type planPage struct {
	Header, System, Description string
	Runbook                     string
	Cluster                     bool // the target is Kubernetes
	Services                    []serviceRow
	Destroys                    []destroyRow
	Milestones                  markdown // the graph of the default plan's milestones
	Goals                       []goalPage
	Groups                      []group
	Others                      []goalPage
	Figures                     [][]markdown
	Criteria                    []criterionRow
	Benchmarks                  []benchmarkRow
	Outside                     []outsideRow
	Ignores                     []*manifest.Ignore
	Before, After               []check
}

type serviceRow struct {
	Name                   string
	Containers             int
	Replaced               string // how a change replaces them
	Published, Data, Steps []string
	fixed                  []string // those of Published that must be free
}

type destroyRow struct {
	First bool
	Step  string
	Facts []string
}

type criterionRow struct {
	Title, Description, Within string
	Probe                      markdown
}

// outsideRow is a path outside the kit, with the arguments that name it.
type outsideRow struct {
	Path, When string
	Uses       []string
}

type benchmarkRow struct{ Title, Target, Script string }

// check is an item of a checklist.
type check struct {
	Text  string
	Codes []string
}

// beside is a file of the kit as a link in another one names it.
func beside(from, to string) string {
	rel, err := filepath.Rel(path.Dir(from), to)
	if err != nil {
		return to
	}
	return filepath.ToSlash(rel)
}

// plan makes PLAN.md.
func (p *page) plan() {
	d := planPage{Cluster: p.m.Target == manifest.TargetKubernetes, Header: kit.Header(p.m.System.Name), System: p.m.System.Name, Description: p.m.System.Description,
		Services: p.services(), Destroys: p.destroys(), Groups: p.groups(), Outside: p.outside(), Ignores: p.m.Ignores, Before: p.before(), After: p.after()}
	if len(p.m.Runbooks) > 0 {
		d.Runbook = beside(p.m.KitPath(kit.PlanPath), p.m.KitPath(kit.RunbookPath))
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
		panic(err) // a field that the data lacks fails every test
	}
}

// replaced is how a change replaces a service's containers; "" for a single one that is
// stopped first, and for a one-shot.
func replaced(s *manifest.Service) string {
	var out []string
	if n := len(s.Instances); n > 1 && !s.Oneshot {
		out = append(out, strconv.Itoa(min(max(s.Rollout.MaxUnavailable, 1), n))+" at a time")
	}
	if s.Rollout.StartFirst {
		out = append(out, "the new one beside it first")
	}
	return strings.Join(out, ", ")
}

// services are the services, with the steps of any plan that recreate their
// containers.
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
		row := serviceRow{Name: s.Name, Containers: len(s.Instances), Replaced: replaced(s), Steps: by[s.Name]}
		for _, i := range s.Instances {
			for _, port := range i.Ports {
				if cluster := port.Numbers() + "/" + port.Protocol; p.m.Target == manifest.TargetKubernetes {
					if !slices.Contains(row.Published, cluster) {
						row.Published = append(row.Published, cluster)
					}
				} else if port.OnHost() {
					address := publishedAt(port)
					row.Published = append(row.Published, address)
					if !port.Free {
						row.fixed = append(row.fixed, address)
					}
				}
			}
			for _, m := range i.Mounts {
				where := m.Bind
				if m.Volume != nil {
					where = m.Volume.RealName
					if p.m.Target == manifest.TargetKubernetes {
						where = m.Volume.Address // the claim's name follows from the kind of storage
					}
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

// destroys are the steps of the default plan that make facts false.
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

// before is the checklist before the first deployment.
func (p *page) before() []check {
	var out []check
	if tools := p.tools(); len(tools) > 0 {
		out = append(out, check{"these programs are installed", tools})
	}
	if len(p.m.Services)+len(p.m.Images) > 0 {
		if p.m.Target == manifest.TargetKubernetes {
			out = append(out, check{Text: "kubectl is installed and reaches the cluster, whose context is given with --context"})
		} else {
			out = append(out, check{Text: "the Docker daemon responds, and Docker Compose is installed"})
		}
	}
	var ports []string
	for _, s := range p.services() {
		if p.m.Target == manifest.TargetKubernetes {
			break // nothing is published on a host
		}
		ports = append(ports, s.fixed...)
	}
	if len(ports) > 0 {
		out = append(out, check{"these ports are free", ports})
	}
	for _, v := range env.Variables(p.m) {
		out = append(out, check{"set in .env, or generated by deploy.sh", []string{v.Secret.EnvVar}})
	}
	return append(out, check{"the kit is unchanged since it was built", []string{"sha256sum -c " + kit.SumsPath}})
}

// after is the checklist after a deployment.
func (p *page) after() []check {
	out := []check{{"deviations and actual times are reviewed", []string{"./deploy.sh report"}}}
	if len(p.m.Benchmarks) > 0 {
		out = append(out, check{"the benchmarks were run", []string{"./deploy.sh bench"}})
	}
	var volumes []string
	for _, v := range p.m.Volumes {
		volumes = append(volumes, v.RealName)
	}
	if len(volumes) > 0 {
		out = append(out, check{"these volumes are backed up", volumes})
	}
	if len(p.m.Secrets) > 0 && p.m.Target != manifest.TargetKubernetes {
		out = append(out, check{"the secrets are backed up", []string{kit.SecretsDir}})
	}
	return out
}

// publishedAt is where on the host a port is reached.
func publishedAt(p *manifest.Port) string {
	address := p.Published()
	switch {
	case p.Among != "":
		address = "one of " + address
	case p.Free:
		address = "any free port"
	}
	if p.Bind != "" && p.Bind != "127.0.0.1" {
		address = p.Bind + ":" + address
	}
	return address
}
