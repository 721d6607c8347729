package docker

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
)

// Making implements deployment.Target.
func (Target) Making(m *manifest.Manifest) map[manifest.Fact]deployment.Making {
	out := map[manifest.Fact]deployment.Making{}
	for _, i := range m.Images {
		made := deployment.Making{Products: []deployment.Observed{{Kind: deployment.ObservedImage, Name: i.Reference()}}}
		if i.Built() {
			made.Inputs, made.Observes, made.Builds = BuildInputs(m, i), ContextPaths(i), true
			made.Parts = pushing(m, i)
		}
		out[ready(i)] = made
	}
	for _, x := range m.Secrets {
		out[manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}] = deployment.Making{Products: []deployment.Observed{secretOf(x)}}
	}
	for _, s := range m.Services {
		made := makingOf(s)
		out[started(s)] = made
		if f, ok := s.Awaited(); ok {
			out[f] = deployment.Making{Products: made.Products}
		}
	}
	for _, d := range m.Databases {
		made := deployment.Making{Inputs: []deployment.Input{{File: d.File}}}
		secrets := []*manifest.Secret{d.OwnPassword()}
		for _, r := range d.Roles {
			secrets = append(secrets, r.Password, r.User)
		}
		for _, x := range secrets {
			if x != nil && !slices.Contains(made.Observes, secretOf(x)) {
				made.Observes = append(made.Observes, secretOf(x))
			}
		}
		out[manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}] = made
	}
	return out
}

// pushing is how a built image gets into its registry, and from there to another host.
// An image for several platforms, or with an SBOM or a provenance of its own, is built
// again where it is pushed: the engine's own images have none of that.
func pushing(m *manifest.Manifest, i *manifest.Image) []deployment.Part {
	if i.Push == "" {
		return nil
	}
	push := []string{"push_image", i.Push}
	if words := build.Of(m, i).PushOptions(i, secretsFolder); words != nil {
		push = append([]string{"push_build", i.Push}, words...)
	}
	return []deployment.Part{call(push, deployment.Push), call(append([]string{"pull_image", i.Platform}, i.Names()...), deployment.Pull)}
}

// makingOf is how a service is started: its containers are made from its part of
// the Compose file, its image and its secrets.
func makingOf(s *manifest.Service) deployment.Making {
	out := deployment.Making{Inputs: []deployment.Input{{File: kit.ComposePath, Parts: instanceNames(s)}}}
	if s.Image != nil {
		out.Observes = append(out.Observes, deployment.Observed{Kind: deployment.ObservedImage, Name: s.Image.Reference()})
	}
	out.Observes = append(out.Observes, environmentFiles(s)...)
	for _, x := range deployment.ServiceSecrets(s) {
		out.Observes = append(out.Observes, secretOf(x))
	}
	for _, name := range s.Parameters() {
		out.Observes = append(out.Observes, deployment.Observed{Kind: deployment.ObservedParameter, Name: name})
	}
	for _, name := range containers(s) {
		out.Products = append(out.Products, deployment.Observed{Kind: deployment.ObservedContainer, Name: name})
	}
	again := reloads(s)
	if len(again) > 0 {
		for _, file := range s.Reload.Files {
			out.Loads = append(out.Loads, deployment.Observed{Kind: deployment.ObservedPath, Name: file})
		}
	}
	if !s.Oneshot {
		out.Parts = append([]deployment.Part{call(rollOut(s), deployment.Rollout)}, again...)
		out.Rolling = &deployment.Rolling{Instances: instanceNames(s), AtOnce: max(s.Rollout.MaxUnavailable, 1), Pause: s.Rollout.Pause, StartFirst: s.Rollout.StartFirst}
	}
	return out
}

// rollOut is the runtime's function that replaces the containers of a service
// which exist already, some at a time.
func rollOut(s *manifest.Service) []string {
	want, limit := "running", time.Duration(0)
	if s.Healthcheck != nil && !s.Healthcheck.Disable {
		want, limit = "healthy", AwaitDeadline(s.Healthcheck)
		if s.Healthcheck.Words() == nil { // a variant of the image may have none
			want = "ready"
		}
	}
	out := []string{"roll_out", strconv.Itoa(max(s.Rollout.MaxUnavailable, 1)), text.Seconds(s.Rollout.Pause), want, text.Seconds(limit), text.Seconds(settle)}
	for _, i := range s.Instances {
		out = append(out, strings.Join(append([]string{i.Name, Container(i)}, former(s, i)...), "="))
	}
	return out
}

// former are the services of older Compose files whose containers an instance replaces, because the
// service was renamed: those of the former service's instance with the same number, or of the only one.
func former(s *manifest.Service, i *manifest.Instance) []string {
	switch {
	case s.RenamedFrom == "":
		return nil
	case i.Index > 0:
		return []string{s.RenamedFrom + "-" + strconv.Itoa(i.Index+1)}
	}
	return []string{s.RenamedFrom, s.RenamedFrom + "-1"}
}

func secretOf(x *manifest.Secret) deployment.Observed {
	return deployment.Observed{Kind: deployment.ObservedSecret, Name: x.Name}
}

// ContextPaths are the files and folders that building an image reads: of a
// pattern the folder in which it looks.
func ContextPaths(i *manifest.Image) []deployment.Observed {
	if build.Remote(i.Context) {
		return nil
	}
	var out []deployment.Observed
	for _, p := range contextPatterns(i) {
		if at := strings.IndexAny(p, `*?[\\`); at >= 0 {
			p = path.Dir(p[:at] + "x")
		}
		x := deployment.Observed{Kind: deployment.ObservedPath, Name: p}
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
