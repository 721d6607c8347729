package docker

import (
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
)

func (g *generator) image(i *manifest.Image) {
	if i.Built() {
		g.build(i)
	} else {
		g.pull(i)
	}
}

func ready(i *manifest.Image) manifest.Fact {
	return manifest.Fact{Kind: manifest.ImageReady, Name: i.Name}
}

func (g *generator) pull(i *manifest.Image) {
	command := []string{"docker", "pull"}
	if i.Platform != "" {
		command = append(command, "--platform", i.Platform)
	}
	run, validate := &script{}, &script{}
	run.Printf("%s\n", run.Words(append(command, i.Tag)...))
	validate.inspect(i)
	g.add(ready(i), i.Origin, i.Cost,
		&deployment.Action{ID: "image." + i.Name + ".pull", Kind: imagePull, Preflight: dockerAnswers, Title: "Pull image " + i.Name, Duration: i.Duration,
			SkipWhenValid: true, Retries: 2},
		run.Part(deployment.Run), validate.Part(deployment.Validate))
}

func (g *generator) build(i *manifest.Image) {
	needs := needing{of: i.Origin}
	for _, base := range i.Bases() {
		needs.fact(manifest.ImageReady, base.Name)
	}
	for _, x := range i.Secrets {
		needs.fact(manifest.SecretSet, x.Name)
	}
	if made := i.MadeBy; made != nil {
		needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: made.Action.Name}, Range: made.Range})
	}
	run, validate := &script{}, &script{}
	run.Printf("%s\n", run.Words(build.Of(g.m, i).Command(secretsFolder)...))
	if i.MaxSize > 0 {
		validate.Printf(`size=$(docker image inspect --format '{{.Size}}' %s)
if [ "$size" -gt %d ]; then
    echo "The image has $size bytes; at most %d are allowed."
    exit 1
fi
`, validate.Words(i.Tag), i.MaxSize, i.MaxSize)
	} else {
		validate.inspect(i)
	}
	g.add(ready(i), i.Origin, i.Cost,
		&deployment.Action{ID: "image." + i.Name + ".build", Kind: imageBuild, Preflight: dockerAnswers, Title: "Build image " + i.Name, Duration: i.Duration, Needs: needs.List,
			Recheck: true}, // the builder knows best what has changed
		run.Part(deployment.Run), validate.Part(deployment.Validate))
}

// inspect fails if the engine doesn't have an image.
func (s *script) inspect(i *manifest.Image) {
	s.Printf("docker image inspect %s >/dev/null\n", s.Words(i.Tag))
}

// BuildInputs are what the build of an image reads: its Dockerfile, its
// options, and the files of its contexts.
func BuildInputs(m *manifest.Manifest, i *manifest.Image) []deployment.Input {
	out := []deployment.Input{{File: kit.DockerfilePath(i.Name)}, {File: kit.DockerIgnorePath(i.Name)}}
	for _, word := range build.Of(m, i).Command(secretsFolder) {
		out = append(out, deployment.Input{Text: word})
	}
	if patterns := contextPatterns(i); len(patterns) > 0 {
		out = append(out, deployment.Input{Context: patterns})
	}
	return out
}

// contextPatterns are what building an image reads from the kit. A
// user-supplied Dockerfile, and a mount of the context, may read the whole
// context; so may any instruction that uses an additional one.
func contextPatterns(i *manifest.Image) []string {
	var out []string
	if i.Dockerfile != "" {
		out = append(out, path.Clean(i.Context), path.Clean(i.Dockerfile))
	}
	for _, c := range i.Contexts {
		if c.Image == nil && !build.Remote(c.Source) {
			out = append(out, path.Clean(c.Source))
		}
	}
	for _, stage := range i.Stages {
		for _, do := range stage.Steps {
			out = append(out, contextSources(i, do)...)
		}
	}
	return out
}

// contextSources are the patterns of what an instruction takes from the build
// context, relative to the kit's directory. ONBUILD runs in another build, with
// a different context.
func contextSources(i *manifest.Image, do manifest.Instruction) []string {
	var out []string
	add := func(sources []string) {
		for _, src := range sources {
			// A source is relative to the context's directory, whatever it looks like.
			out = append(out, path.Clean(path.Clean(i.Context)+path.Join("/", src)))
		}
	}
	switch do := do.(type) {
	case *manifest.CopyInstruction:
		if do.FromStage == nil && do.FromImage == "" {
			add(do.Src)
		}
	case *manifest.AddInstruction:
		add(do.Src)
	case *manifest.RunInstruction:
		for _, m := range do.Mounts {
			fields := "," + m + ","
			if strings.Contains(fields, ",type=bind,") && !strings.Contains(fields, ",from=") {
				out = append(out, path.Clean(i.Context))
			}
		}
	case *manifest.PackagesInstruction, *manifest.WorkdirInstruction, *manifest.UserInstruction,
		*manifest.EntrypointInstruction, *manifest.CmdInstruction, *manifest.EnvInstruction, *manifest.ArgInstruction,
		*manifest.ExposeInstruction, *manifest.VolumeInstruction, *manifest.StopSignalInstruction,
		*manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
	return out
}
