package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/env"
)

// scriptData is the data of deploy.sh.
type scriptData struct {
	Header   string
	Deploys  []string // lines
	Overview []string
}

// scriptData describes what the kit deploys.
func (s *script) scriptData() scriptData {
	d := scriptData{Header: kit.Header(s.m.System.Name), Deploys: []string{"Deploys " + s.m.System.Name + "."}}
	for _, sv := range s.m.Services {
		line := "service " + sv.Name
		if n := len(sv.Instances); n > 1 {
			line += ", " + text.Count(n, "container")
		}
		if sv.Image != nil {
			line += ", image " + sv.Image.Name
		}
		d.Overview = append(d.Overview, line)
	}
	for _, p := range s.plans {
		d.Overview = append(d.Overview, planSummary(p))
	}
	return d
}

// planData is the data of deploy/plan.sh.
type planData struct {
	Header                         string
	System, Project, ComposeFile   value
	Runbook                        value
	DefaultGoal                    value
	MinDocker, MinCompose          value
	MinDiskKB, Releases            int64
	Profiles, Exposed              value
	Criteria, CriteriaTools        value
	Benchmarks                     value
	Needs, Ports, Services, Images []string
	ReleaseImages, Documents       []string
	ComposeKeys, Secrets           []string
	Databases                      []string
	Parameters                     [][]value
	SecretRows, LoginRows          [][]value
	GoalNames                      []string
	Goals                          []goalData
	Effects                        []string
	Cluster                        *clusterData // nil: the kit is for Docker Compose
	Blocks                         []section
}

// section is the blocks of one kind.
type section struct {
	Title  string
	Blocks []blockData
}

func (s *script) planData(actions []*planner.Action) planData {
	at := s.m.System.Range
	req := requirements(s.m, s.needs)
	d := planData{
		Header: kit.Header(s.m.System.Name), System: quoted(s.m.System.Name, at), Project: quoted(compose.ProjectName(s.m.System), at),
		ComposeFile: word("", at), Runbook: word("", at), DefaultGoal: quoted("", at),
		MinDocker: word(req.docker, at), MinCompose: word(req.compose, at), MinDiskKB: req.diskKB,
		Needs: req.lines, Ports: s.ports(), Services: s.serviceLines(),
		Releases: int64(max(s.m.System.Releases, 1)), ReleaseImages: releaseImages(s.m), Documents: s.documents,
		Databases:     s.databases(),
		CriteriaTools: quoted(strings.Join(criteriaTools(s.m), " "), at),
	}
	if len(s.plans) > 0 {
		d.DefaultGoal = quoted(s.plans[0].Goal.Name, at)
	}
	if len(s.m.Services) > 0 && !s.cluster() {
		d.ComposeFile = word(s.m.KitPath(kit.ComposePath), at)
	}
	if len(s.m.Runbooks) > 0 {
		d.Runbook = word(s.m.KitPath(kit.RunbookPath), at)
	}
	var exposed, profiles []string
	for _, v := range env.Variables(s.m) {
		exposed = append(exposed, v.Secret.EnvVar+"="+v.Secret.Name)
	}
	for _, sv := range s.m.Services {
		profiles = append(profiles, sv.Profiles...)
	}
	d.Exposed, d.Profiles = quoted(strings.Join(exposed, " "), at), quoted(strings.Join(unique(profiles), " "), at)
	for _, i := range s.m.Images {
		if !s.onlyRuns(i) {
			d.Images = append(d.Images, i.Names()...)
		}
	}
	if s.parts != nil {
		d.ComposeKeys = s.parts.Keys()
	}
	for _, x := range s.m.Parameters {
		d.Parameters = append(d.Parameters, s.parameterRow(x))
	}
	for _, x := range s.m.Secrets {
		d.Secrets = append(d.Secrets, x.Name)
		d.SecretRows = append(d.SecretRows, s.secretRow(x))
	}
	if s.cluster() {
		d.Cluster = s.clusterData()
	} else {
		d.LoginRows = s.loginRows(actions)
	}
	s.blocks(&d, actions)
	if d.Cluster != nil {
		d.Cluster.Rights = slices.Sorted(maps.Keys(s.rights))
	}
	return d
}

// blocks adds the goals, and the actions, criteria and benchmarks.
func (s *script) blocks(d *planData, actions []*planner.Action) {
	at := s.m.System.Range
	var criteria, benchmarks []string
	for _, c := range s.m.Criteria {
		criteria = append(criteria, string(s.keyOf("criterion", c.Name)))
	}
	for _, b := range s.m.Benchmarks {
		benchmarks = append(benchmarks, string(s.keyOf("benchmark", b.Name)))
	}
	d.Criteria, d.Benchmarks = quoted(strings.Join(criteria, " "), at), quoted(strings.Join(benchmarks, " "), at)
	for _, p := range s.plans {
		d.GoalNames = append(d.GoalNames, p.Goal.Name)
	}
	d.Goals = s.goals()
	d.Effects = s.effects(actions)
	var sections [3]section
	for _, a := range actions {
		sections[0].Blocks = append(sections[0].Blocks, s.actionData(a))
	}
	for _, c := range s.m.Criteria {
		sections[1].Blocks = append(sections[1].Blocks, s.criterionData(c))
	}
	for _, b := range s.m.Benchmarks {
		sections[2].Blocks = append(sections[2].Blocks, s.benchmarkData(b))
	}
	for i, title := range []string{"actions", "success criteria", "benchmarks"} {
		sections[i].Title = title
		if len(sections[i].Blocks) > 0 {
			d.Blocks = append(d.Blocks, sections[i])
		}
	}
}

// ports are the containers with their published ports, a line each; a container
// without any has a line too. Services with a profile are omitted unless a plan
// starts them.
func (s *script) ports() []string {
	if s.cluster() {
		return nil // there are none of the host
	}
	started := map[string]bool{}
	for _, p := range s.plans {
		for _, step := range p.Steps {
			for _, f := range step.Action.Achieves {
				if f.Kind == manifest.ServiceStarted {
					started[f.Name] = true
				}
			}
		}
	}
	var out []string
	for _, sv := range s.m.Services {
		if len(sv.Profiles) > 0 && !started[sv.Name] {
			continue
		}
		for _, i := range sv.Instances {
			before := len(out)
			for _, p := range i.Ports {
				if p.Host == 0 || p.Protocol == "udp" {
					continue
				}
				for _, one := range p.Each() {
					out = append(out, fmt.Sprintf("%s %s %s %s", docker.Container(i), one.Published(), one.Name, one.Bind))
				}
			}
			if len(out) == before {
				out = append(out, docker.Container(i))
			}
		}
	}
	return out
}

// serviceLines are the services with their containers.
func (s *script) serviceLines() []string {
	var out []string
	for _, sv := range s.m.Services {
		out = append(out, strings.Join(append([]string{sv.Name, docker.Lifetime(sv)}, containers(sv)...), " "))
	}
	return out
}

func containers(sv *manifest.Service) []string {
	var out []string
	for _, i := range sv.Instances {
		out = append(out, docker.Container(i))
	}
	return out
}
