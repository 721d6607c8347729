package kubernetes

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
	"github.com/omegagen/omegagen/planner/deployment/script"
)

// builder is the program that builds and pushes.
var builder = []manifest.Tool{{Name: "docker", Constraint: ">= 23.0"}}

func ready(i *manifest.Image) manifest.Fact {
	return manifest.Fact{Kind: manifest.ImageReady, Name: i.Name}
}

// image generates the action that gets an image to where the nodes pull it. A pulled one is there already: its
// action looks up the digest that its tag has now, so that all pods run the same.
func (g *generator) image(i *manifest.Image) {
	ref := g.m.ClusterReference(i)
	if !i.Built() {
		g.add(ready(i), i.Origin, i.Cost,
			&deployment.Action{ID: "image." + i.Name + ".resolve", Kind: imageResolve, Title: "Look up image " + i.Name + " in its registry", Duration: i.Duration},
			script.Call([]string{"resolve_image", ref}, deployment.Run), script.Call([]string{"image_recorded", ref}, deployment.Validate))
		return
	}
	needs := needing{of: i.Origin}
	for _, base := range i.Bases() {
		needs.fact(manifest.ImageReady, base.Name)
	}
	if made := i.MadeBy; made != nil {
		needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: made.Action.Name}, Range: made.Range})
	}
	g.add(ready(i), i.Origin, i.Cost,
		&deployment.Action{ID: "image." + i.Name + ".build", Kind: imageBuild, Title: "Build and push image " + i.Name, Duration: i.Duration, Needs: needs.List, Tools: builder},
		script.Call(append([]string{"build_image", ref}, g.buildWords(i, ref)...), deployment.Run), script.Call([]string{"image_recorded", ref}, deployment.Validate))
}

// buildWords are the words of the build, which also gives the image the name that the nodes pull. An image for several
// platforms is pushed by the build itself: the engine's own images have one.
func (g *generator) buildWords(i *manifest.Image, ref string) []string {
	pushed := *i
	pushed.Push = ref
	b := build.Of(g.m, i)
	if words := b.PushOptions(&pushed, ""); words != nil {
		return append([]string{"docker", "buildx", "build", "--push"}, words...)
	}
	b.Names = append(i.Names(), ref)
	return b.Command("")
}

// making is how a built image is made: again where what it is built from has changed.
func making(m *manifest.Manifest, i *manifest.Image) deployment.Making {
	out := deployment.Making{Products: []deployment.Observed{digestOf(m, i)}}
	if i.Built() {
		out.Inputs, out.Observes, out.Builds = docker.BuildInputs(m, i), docker.ContextPaths(i), true
	}
	return out
}

// digestOf is the digest by which a service's objects are sent.
func digestOf(m *manifest.Manifest, i *manifest.Image) deployment.Observed {
	return deployment.Observed{Kind: deployment.ObservedDigest, Name: m.ClusterReference(i)}
}
