package kubernetes

import (
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/planner/deployment/script"
)

const (
	// startTimeout is for the API server's answers.
	startTimeout = 10 * time.Minute
	// scheduling is how long a pod may take until its container starts: to be scheduled, to get its volumes and
	// its image.
	scheduling = 10 * time.Minute
)

func started(s *manifest.Service) manifest.Fact {
	return manifest.Fact{Kind: manifest.ServiceStarted, Name: s.Name}
}

// start applies a service's objects; logins are the databases in which the service has a role.
func (g *generator) start(s *manifest.Service, logins []*manifest.Database) {
	disrupts := []manifest.Fact{started(s)}
	if f, ok := s.Awaited(); ok {
		disrupts = append(disrupts, f)
	}
	needs := needing{of: s.Origin}
	if s.Image != nil {
		needs.fact(manifest.ImageReady, s.Image.Name)
	}
	for _, x := range deployment.ServiceSecrets(s) {
		needs.fact(manifest.SecretSet, x.Name)
	}
	for _, d := range s.DependsOn {
		needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: d.Condition.Fact(), Name: d.Service.Name}, Range: d.Range})
	}
	for _, made := range s.MadeBy() {
		needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: made.Action.Name}, Range: made.Range})
	}
	for _, d := range logins {
		needs.fact(manifest.DatabaseApplied, d.Name)
	}
	check := []string{"has_started", docker.Lifetime(s), "0", s.Name}
	if _, awaited := s.Awaited(); !awaited {
		check[2] = text.Seconds(scheduling) // nothing else waits for it
	}
	g.add(started(s), s.Origin, s.Cost,
		&deployment.Action{ID: "service." + s.Name + ".start", Kind: serviceStart, Title: "Start service " + s.Name, Duration: s.Duration,
			Needs: needs.List, Disrupts: disrupts, Timeout: startTimeout + scheduling},
		script.Call([]string{"apply_service", s.Name}, deployment.Run), script.Call(check, deployment.Validate), script.Call([]string{"delete_service", s.Name}, deployment.Rollback))
}

// await waits until a service is rolled out, or a one-shot has completed.
func (g *generator) await(s *manifest.Service) {
	fact, ok := s.Awaited()
	if !ok {
		return
	}
	title, until, deadline := "Wait until service "+s.Name+" is healthy", "healthy", time.Duration(0)
	if s.Oneshot {
		title, until = "Wait until service "+s.Name+" has completed", "completed"
	} else {
		deadline = scheduling + time.Duration(len(s.Instances))*docker.AwaitDeadline(s.Healthcheck)
	}
	needs := needing{of: s.Origin}
	needs.fact(manifest.ServiceStarted, s.Name)
	g.add(fact, s.Origin, s.Cost,
		&deployment.Action{ID: "service." + s.Name + ".await", Kind: serviceAwait, Title: title, Duration: s.Duration, Needs: needs.List},
		script.Call([]string{"await", until, text.Seconds(deadline), s.Name}, deployment.Run, deployment.Validate))
}

// Making implements deployment.Target.
func (Target) Making(m *manifest.Manifest) map[manifest.Fact]deployment.Making {
	out := map[manifest.Fact]deployment.Making{}
	for _, i := range m.Images {
		out[ready(i)] = making(m, i)
	}
	for _, x := range m.Secrets {
		out[manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}] = deployment.Making{Products: []deployment.Observed{secretOf(x)}}
	}
	for _, s := range m.Services {
		made := deployment.Making{
			Inputs:   []deployment.Input{{File: kit.KubernetesDir, Parts: []string{s.Name}}},
			Products: []deployment.Observed{{Kind: deployment.ObservedWorkload, Name: s.Name}},
		}
		if s.Image != nil {
			made.Observes = append(made.Observes, digestOf(m, s.Image))
		}
		for _, x := range deployment.ServiceSecrets(s) {
			made.Observes = append(made.Observes, secretOf(x))
		}
		if !s.Oneshot {
			made.Rolling = &deployment.Rolling{Instances: instanceNames(s), AtOnce: max(s.Rollout.MaxUnavailable, 1), Pause: s.Rollout.Pause, StartFirst: s.Rollout.StartFirst}
		}
		out[started(s)] = made
		if f, ok := s.Awaited(); ok {
			out[f] = deployment.Making{Products: made.Products}
		}
	}
	for _, d := range m.Databases {
		out[manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}] = deployment.Making{Inputs: []deployment.Input{{File: d.File}}, Observes: passwords(d)}
	}
	return out
}

func instanceNames(s *manifest.Service) []string {
	var out []string
	for _, i := range s.Instances {
		out = append(out, i.Name)
	}
	return out
}
