package docker

import (
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
)

const (
	// settle is how long a container without a healthcheck must run without a
	// restart before it counts as started.
	settle = 3 * time.Second
	// startTimeout is for `docker compose up`, which doesn't wait for healthchecks.
	startTimeout = 30 * time.Minute
	// applyTimeout is for a change of a schema, which waits for locks for ten minutes at most and
	// builds indexes.
	applyTimeout = 6 * time.Hour
	// awaitMargin is added to a healthcheck's maximum duration when waiting for its
	// container.
	awaitMargin = 30 * time.Second
)

func started(s *manifest.Service) manifest.Fact {
	return manifest.Fact{Kind: manifest.ServiceStarted, Name: s.Name}
}

// start starts a service's containers; logins are the databases in which the
// service has a role.
func (g *generator) start(s *manifest.Service, logins []*manifest.Database) {
	disrupts := []manifest.Fact{started(s)}
	if f, ok := s.Awaited(); ok {
		disrupts = append(disrupts, f)
	}
	compose := []string{}
	for _, p := range s.Profiles {
		compose = append(compose, "--profile", p)
	}
	names := instanceNames(s)
	run, rollback := &script{}, &script{}
	run.compose(append(append(compose, "up", "--detach", "--no-build", "--no-deps"), names...))
	rollback.compose(append(append(compose, "rm", "--stop", "--force"), names...))
	wait := settle
	switch {
	case s.Oneshot && (s.Restart.Policy == "" || s.Restart.Policy == manifest.RestartNo):
		wait = 0 // it has run or runs, and nothing restarts it
	case !s.Oneshot && s.Healthcheck != nil && !s.Healthcheck.Disable:
		wait = 0 // its healthcheck decides, in service.N.await
	}
	check := append([]string{"has_started", Lifetime(s), text.Seconds(wait)}, containers(s)...)
	g.add(started(s), s.Origin, s.Cost,
		&deployment.Action{ID: "service." + s.Name + ".start", Kind: serviceStart, Preflight: portsFree, Title: "Start service " + s.Name, Duration: s.Duration,
			Needs: startNeeds(s, logins), Disrupts: disrupts, Timeout: startTimeout,
			Uses: []deployment.Use{{Resource: composeResource, Amount: 1}}},
		run.Part(deployment.Run), call(check, deployment.Before, deployment.Validate), rollback.Part(deployment.Rollback))
}

// compose is a command of Docker Compose.
func (s *script) compose(args []string) { s.Printf("$COMPOSE %s\n", s.Words(args...)) }

func startNeeds(s *manifest.Service, logins []*manifest.Database) []manifest.FactRef {
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
	return needs.List
}

// Lifetime says, in the notation of deploy.sh's runtime, whether a service's
// containers keep running or run to completion.
func Lifetime(s *manifest.Service) string {
	if s.Oneshot {
		return "once"
	}
	return "running"
}

// await waits for the result of a service's healthcheck, or for a one-shot to
// complete.
func (g *generator) await(s *manifest.Service) {
	fact, ok := s.Awaited()
	if !ok {
		return
	}
	title := "Wait until service " + s.Name + " is healthy"
	until, deadline := "healthy", time.Duration(0)
	switch check := s.Healthcheck; {
	case s.Oneshot:
		until, title = "completed", "Wait until service "+s.Name+" has completed"
	case check.Words() == nil: // a variant of the image may have none
		until, deadline = "ready", AwaitDeadline(check)
	default:
		deadline = AwaitDeadline(check)
	}
	needs := needing{of: s.Origin}
	needs.fact(manifest.ServiceStarted, s.Name)
	wait := append([]string{"await", until, text.Seconds(deadline)}, containers(s)...)
	g.add(fact, s.Origin, s.Cost,
		&deployment.Action{ID: "service." + s.Name + ".await", Kind: serviceAwait, Preflight: dockerAnswers, Title: title, Duration: s.Duration, Needs: needs.List},
		call(wait, deployment.Run, deployment.Validate))
}

// AwaitDeadline is how long a healthcheck may take until the engine has
// decided: its start period and all retries. Docker's defaults replace what
// isn't set.
func AwaitDeadline(p *manifest.Healthcheck) time.Duration {
	interval, timeout, retries := p.Interval, p.Timeout, p.Retries
	if interval == 0 {
		interval = 30 * time.Second
	}
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	if retries == 0 {
		retries = 3
	}
	return p.StartPeriod + time.Duration(retries)*(interval+timeout) + awaitMargin
}

func instanceNames(s *manifest.Service) []string {
	var out []string
	for _, i := range s.Instances {
		out = append(out, i.Name)
	}
	return out
}

func containers(s *manifest.Service) []string {
	var out []string
	for _, i := range s.Instances {
		out = append(out, Container(i))
	}
	return out
}

// Container is how deploy.sh's runtime names an instance's container: by its name or, if Compose
// chooses that, by @ and the service in the Compose file.
func Container(i *manifest.Instance) string {
	if i.ContainerName == "" {
		return "@" + i.Name
	}
	return i.ContainerName
}
