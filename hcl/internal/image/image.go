// Package image decodes the image block: images that are built from stages,
// built from an existing Dockerfile, or pulled.
package image

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{Specs: []*lang.BlockSpec{imageSpec()}, Finish: finish}
}

func imageSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:      "image",
		Habits:    map[string]string{"build": "Write context = \"…\" for the folder, and a stage block for each stage, or dockerfile = \"…\".", "image": "Write pull = \"…\" for an image that is pulled."},
		Doc:       "A container image: pulled, built from stages, or built from an existing Dockerfile. For an image that is built from stages, the kit contains a Dockerfile and an ignore file.",
		Labels:    lang.Name1("The name of the image."),
		ForEach:   true,
		ComposeOf: "services.build", Compose: buildKeys,
		Attrs: []lang.Attr{
			{Name: "tag", Type: lang.String, Deploy: true, Doc: "The tag of a built image, by which services and scripts refer to it. Default: the system's name and the image's, with the system's version (or latest) as tag."},
			{Name: "pull", Type: lang.String, Deploy: true, Doc: "The reference of an image to pull, preferably with a version and a digest."},
			{Name: "dockerfile", Type: lang.String, Doc: "An existing Dockerfile, relative to the manifest's folder, to use instead of stages."},
			{Name: "context", Type: lang.String, Doc: "The build context: a folder relative to the manifest's folder, or a URL. Default: the kit's folder if the steps copy nothing but artifacts of the kit from it, otherwise the manifest's folder. In scripts, image.NAME.context is the context as seen from the kit's folder."},
			{Name: "made_by", Type: lang.RefTo("action"), Doc: "The action that makes the context or the Dockerfile, which may be missing until then. The image is built after it."},
			{Name: "target", Type: lang.String, Doc: "The stage to build. Default: the last one."},
			{Name: "max_size", Type: lang.Bytes, Doc: "The maximum size of the built image; deploy.sh checks it."},
			{Name: "labels", Type: lang.StringMap, Doc: "Additional labels. Short names of the OCI image specification (vendor, licenses, authors, …) get their prefix."},
			{Name: "build_args", Type: lang.StringMap, Deploy: true, Doc: "Values for the Dockerfile's build arguments."},
			{Name: "platform", Type: lang.String, Doc: "The platform to pull or build for, such as \"linux/amd64\"."},
			{Name: "ignore", Type: lang.Strings, Doc: "Additional patterns of the ignore file, in order."},
			{Name: "secrets", Type: lang.RefsTo("secret"), Doc: "Secrets that steps may mount with `mounts = [\"type=secret,id=NAME,…\"]`, by the secret's name. No layer contains them."},
			{Name: "ssh", Type: lang.Strings, Doc: "SSH keys that steps may mount with `type=ssh`: \"default\" for the running agent, or \"id=path\" for an agent's socket or a key file, relative to the manifest's folder."},
			{Name: "additional_contexts", Type: contextMap, Doc: "Named contexts: folders (relative to the manifest's folder), URLs, \"docker-image://reference\" or image.x. Copies, mounts and stages take files from them with `from = \"name\"`. An image of the manifest is built or pulled first."},
			{Name: "network", Type: lang.String, Values: []string{"default", "none", "host"}, Doc: "The network of the build's steps. A step with network = \"host\" requires \"host\" here. Default: the builder's own network."},
			{Name: "extra_hosts", Type: lang.Strings, Doc: "Names that the build's steps resolve to an address, as \"name:address\"."},
			{Name: "shm_size", Type: lang.Bytes, Doc: "The size of /dev/shm in the build's steps. Default: the builder's."},
			{Name: "cache_from", Type: lang.Strings, Doc: "Sources of cached layers: an image reference, or \"type=…,…\" as in docker build."},
			{Name: "push", Type: lang.String, Doc: "Where to push the built image: a reference, such as \"registry.example.org/team/app\"; its tag defaults to the one of `tag` or the system's version. Services run the image by this reference, and Compose pulls it where it is missing."},
			{Name: "platforms", Type: lang.Strings, Doc: "The platforms to build the pushed image for, such as [\"linux/amd64\", \"linux/arm64\"]. The local build isn't affected."},
			{Name: "sbom", Type: lang.Bool, Doc: "Whether the pushed image includes an SBOM. Default: the builder's default."},
			{Name: "provenance", Type: lang.Bool, Doc: "Whether the pushed image includes its provenance. Default: the builder's default."},
			{Name: "cost", Type: lang.Number, Default: "1", Doc: "The cost of pulling or building the image."},
			{Name: "duration", Type: lang.Duration, Doc: "The time to pull or build the image, for the schedule."},
		},
		Blocks:  []*lang.BlockSpec{stageSpec(), runtimeSpec(), healthcheckSpec()},
		Declare: declare,
		Decode:  decode,
	}
}

// healthcheckSpec exists only for its error message.
func healthcheckSpec() *lang.BlockSpec {
	return &lang.BlockSpec{Type: "healthcheck", Open: true, NoRef: true, Repeat: true,
		Doc: "Not supported here: a healthcheck belongs to the service that runs the image; the Dockerfile gets it from there."}
}

func declare(b *lang.Block) any {
	i := &manifest.Image{Origin: b.Origin(), Name: b.Name}
	b.Export("tag", func() (cty.Value, error) {
		s, ok := tagOnTarget(b)
		if !ok {
			return cty.NilVal, nil
		}
		return cty.StringVal(s), nil
	})
	b.Export("context", func() (cty.Value, error) {
		if b.Has("pull") {
			return cty.NilVal, sentence("The image is pulled, so it has no build context.")
		}
		s := contextOf(b)
		if b.Failed("context") {
			return cty.NilVal, nil
		}
		return cty.StringVal(s), nil
	})
	b.Export("dockerfile", func() (cty.Value, error) {
		switch {
		case b.Has("pull"):
			return cty.NilVal, sentence("The image is pulled, so it has no Dockerfile.")
		case b.Has("dockerfile"):
			s := b.String("dockerfile")
			if b.Failed("dockerfile") || b.Failed("context") {
				return cty.NilVal, nil
			}
			if !manifest.RemoteContext(contextOf(b)) { // otherwise it is in the repository
				s = paths.FromKit(b.Evaluation(), s)
			}
			return cty.StringVal(s), nil
		}
		return cty.StringVal(b.Evaluation().Manifest.KitPath(kit.DockerfilePath(b.Name))), nil
	})
	b.ExportRef("ready", "fact", manifest.Fact{Kind: manifest.ImageReady, Name: b.Name})
	b.Evaluation().Manifest.Images = append(b.Evaluation().Manifest.Images, i)
	return i
}

// sentence is an error that is shown verbatim, as Block.Export requires.
type sentence string

func (s sentence) Error() string { return string(s) }

// tag is the name by which services and scripts refer to the image.
func tag(b *lang.Block) (string, bool) {
	for _, name := range []string{"pull", "tag"} {
		if b.Has(name) {
			s := b.String(name)
			return s, !b.Failed(name)
		}
	}
	if b.Has("push") {
		return pushed(b)
	}
	system, version := "image", version(b.Evaluation())
	for _, s := range b.Evaluation().Blocks("system") {
		system = s.Name
	}
	return strings.Trim(strings.ToLower(system+"-"+b.Name), "_-.") + ":" + version, true
}

// tagOnTarget is the tag of an image where a script needs it: on Kubernetes with the registry, as the nodes pull it.
func tagOnTarget(b *lang.Block) (string, bool) {
	if b.Evaluation().Manifest.Target != manifest.TargetKubernetes || b.Has("pull") {
		return tag(b)
	}
	if b.Has("push") {
		return pushed(b)
	}
	s, ok := tag(b)
	if k := b.Evaluation().Settings(); ok && k != nil && k.Has("registry") {
		s = strings.TrimRight(k.String("registry"), "/") + "/" + s
		ok = !k.Failed("registry")
	}
	return s, ok
}

// version is the tag of an image for which none is set.
func version(p *lang.Evaluation) string {
	for _, s := range p.Blocks("system") {
		if v := s.String("version"); v != "" && tagPart.MatchString(v) {
			return v
		}
	}
	return "latest"
}

func decode(b *lang.Block) {
	i := b.Ref.(*manifest.Image)
	i.Pull = b.String("pull")
	if manifest.HasParameter(i.Pull) {
		i.Default = b.Evaluation().Sample(i.Pull)
	}
	i.Tag, _ = tag(b)
	if f, ok := lang.Ref[*manifest.Action](b, "made_by"); ok {
		i.MadeBy = &manifest.ActionRef{Action: f.Value, Range: f.Range}
	}
	decodePaths(b, i)
	i.Target = b.String("target")
	i.MaxSize = b.Bytes("max_size")
	i.Labels = b.StringMap("labels")
	i.BuildArgs = b.StringMap("build_args")
	i.Platform = b.String("platform")
	decodeBuild(b, i)
	i.Ignore = b.Strings("ignore")
	i.Cost = b.Number("cost")
	if i.Cost != nil && i.Cost.Sign() < 0 {
		b.Invalid("cost", "must not be negative")
	}
	i.Duration = b.Duration("duration")
	i.Runtime = runtime(b)
	i.At = places(b)
	for _, h := range b.Blocks("healthcheck") {
		noHealthcheck(h)
	}
	stages := b.Blocks("stage")
	for _, s := range stages {
		i.Stages = append(i.Stages, s.Ref.(*manifest.Stage))
	}
	for _, s := range stages {
		decodeStage(s)
	}
	checkOrigin(b, i)
	checkValues(b, i)
}

// places are the ranges of the values of a block's arguments.
func places(b *lang.Block) manifest.Ranges {
	out := manifest.Ranges{}
	for _, name := range b.AttrNames() {
		out[name] = b.AttrRange(name)
	}
	return out
}

func noHealthcheck(h *lang.Block) {
	h.Evaluation().Errorf(ruleHealthcheck, h.Range,
		"A healthcheck belongs to the service that runs the image: move the block there. The Dockerfile gets its HEALTHCHECK from it.")
}

// checkOrigin checks that an image has exactly one source.
func checkOrigin(b *lang.Block, i *manifest.Image) {
	var given []string
	for _, name := range []string{"pull", "dockerfile"} {
		if b.Has(name) {
			given = append(given, name)
		}
	}
	if len(i.Stages) > 0 {
		given = append(given, "stage")
	}
	switch {
	case len(given) == 0:
		b.Evaluation().Errorf(ruleOrigin, b.Range,
			"The image %q has none of pull, stages and dockerfile. Write `pull = \"name:tag\"`, or stages, or `dockerfile = \"path\"`.", b.Name)
		return
	case len(given) > 1:
		b.Evaluation().Errorf(ruleOrigin, b.Range,
			"The image %q has %s. Keep only one of them.", b.Name, strings.Join(given, " and "))
		return
	}
	without := map[string][]string{
		"pull":       append([]string{"tag", "context", "target", "max_size", "labels", "build_args", "ignore"}, buildAttrs...),
		"dockerfile": {"ignore"},
	}[given[0]]
	for _, name := range without {
		if b.Given(name) {
			how := "it is pulled"
			if given[0] == "dockerfile" {
				how = "it is built from an existing Dockerfile, which comes with its own ignore file"
			}
			b.Evaluation().Errorf(ruleNoEffect, b.NameRange(name), "%q has no effect for the image %q: %s. Remove it.", name, b.Name, how)
		}
	}
}

// checkValues checks values that have a format.
func checkValues(b *lang.Block, i *manifest.Image) {
	p := b.Evaluation()
	name := "tag"
	if b.Has("pull") {
		name = "pull"
	}
	if !b.Failed(name) && (b.Has(name) || !b.Has("push")) {
		switch problem := reference(p.Sample(i.Tag)); {
		case problem != "":
			p.Errorf(ruleReference, b.AttrRange(name), "%q is not a valid image reference: %s.%s", i.Tag, problem, deployTime(i.Tag))
		case name == "tag" && strings.Contains(i.Tag, "@"):
			p.Errorf(ruleReference, b.AttrRange(name), "%q contains a digest, which is known only after the build. Remove it from the tag.", i.Tag)
		case name == "pull":
			unpinned(b, p.Sample(i.Pull), name)
		}
	}
	if b.Has("target") && !b.Failed("target") && len(i.Stages) > 0 {
		found := false
		for _, s := range i.Stages {
			found = found || s.Name == i.Target
		}
		if !found {
			p.Errorf(ruleTarget, b.AttrRange("target"), "The image %q has no stage %q. Its stages are: %s.", b.Name, i.Target, stageNames(i))
		}
	}
	for _, name := range []string{"pull", "dockerfile", "context"} {
		if b.Given(name) && b.Has(name) && !b.Failed(name) && b.String(name) == "" {
			b.Invalid(name, "must not be empty")
		}
	}
	if b.Has("platform") && !b.Failed("platform") && !platformForm.MatchString(i.Platform) {
		b.Invalid("platform", "must be a platform such as \"linux/amd64\" or \"linux/arm64/v8\"")
	}
}

func stageNames(i *manifest.Image) string {
	var names []string
	for _, s := range i.Stages {
		names = append(names, fmt.Sprintf("%q", s.Name))
	}
	return strings.Join(names, ", ")
}

// unpinned warns about a mutable reference.
func unpinned(b *lang.Block, ref, attr string) {
	if ref == "scratch" || strings.Contains(ref, "@") {
		return
	}
	name := ref[strings.LastIndex(ref, "/")+1:]
	_, version, _ := strings.Cut(name, ":")
	switch version {
	case "":
		b.Evaluation().Errorf(ruleUnpinned, b.AttrRange(attr), "%q has no tag, which means latest: a mutable tag that may point to a different image later. Add a version, and preferably a digest: \"%s:VERSION@sha256:…\".", ref, ref)
	case "latest":
		b.Evaluation().Errorf(ruleUnpinned, b.AttrRange(attr), "%q has the mutable tag latest, which may point to a different image later. Use a version instead, and preferably a digest.", ref)
	}
}

// finish checks what requires all images: unique tags, no cycles.
func finish(p *lang.Evaluation) {
	for _, b := range p.Blocks("system") { // whose values become labels
		if p.Manifest.System != nil {
			p.Manifest.System.At = places(b)
		}
	}
	paths.Sources(p, sources(p))
	paths.Workspaces(p, contexts(p))
	byTag := tags(p)
	for _, b := range p.Blocks("image") {
		connect(b.Ref.(*manifest.Image), byTag)
	}
	for _, b := range p.Blocks("image") {
		i := b.Ref.(*manifest.Image)
		if c := cycle(i); c != nil {
			p.Errorf(ruleCycle, i.Range, "%s is built from itself: %s. Remove one of these references.", i.Address, strings.Join(c, " needs "))
		}
		facts(i)
	}
}

// contexts are the build contexts that are given.
func contexts(p *lang.Evaluation) (out []paths.Context) {
	for _, b := range p.Blocks("image") {
		if b.Has("context") && !b.Failed("context") {
			out = append(out, paths.Context{Path: b.String("context"), Made: b.Has("made_by"), Image: b.Ref.(*manifest.Image)})
		}
	}
	return out
}

// sources are what steps copy from build contexts that are given.
func sources(p *lang.Evaluation) (out []paths.Source) {
	for _, b := range p.Blocks("image") {
		if !b.Has("context") || b.Failed("context") {
			continue
		}
		for _, stage := range b.Ref.(*manifest.Image).Stages {
			for _, do := range stage.Steps {
				c, ok := do.(*manifest.CopyInstruction)
				if !ok || c.FromStage != nil || c.FromImage != "" {
					continue
				}
				for _, src := range c.Src {
					out = append(out, paths.Source{Context: b.String("context"), Path: src, Dest: c.Dest, Made: b.Has("made_by"), Range: c.Of("src")})
				}
			}
		}
	}
	return out
}

// tags are the built images by their names.
func tags(p *lang.Evaluation) map[string]*manifest.Image {
	byTag := map[string]*manifest.Image{}
	for _, b := range p.Blocks("image") {
		i := b.Ref.(*manifest.Image)
		if b.Has("pull") || b.Failed("tag", "push") {
			continue
		}
		for _, name := range i.Names() {
			if other := byTag[normal(name)]; other != nil && other != i && name != "" {
				at := b.AttrRange("tag")
				if name == i.Push {
					at = b.AttrRange("push")
				}
				p.Errorf(ruleSameTag, at, "%s has the tag %q, and so does %s at %s; whichever is built last would run. Change one of the tags.", i.Address, name, other.Address, other.Range)
			}
			byTag[normal(name)] = i
		}
	}
	return byTag
}

func normal(tag string) string {
	if !strings.Contains(tag[strings.LastIndex(tag, "/")+1:], ":") {
		return tag + ":latest"
	}
	return tag
}

// cycle is the path from an image back to itself, if it is the first of its cycle by address.
func cycle(start *manifest.Image) []string {
	seen := map[*manifest.Image]bool{}
	var walk func(i *manifest.Image, way []string) []string
	walk = func(i *manifest.Image, way []string) []string {
		way = append(way, i.Address)
		for _, base := range i.Bases() {
			if base == start {
				return append(way, start.Address)
			}
			if base.Address < start.Address || seen[base] {
				continue
			}
			seen[base] = true
			if c := walk(base, way); c != nil {
				return c
			}
		}
		return nil
	}
	return walk(start, nil)
}

// deployTime is advice for a reference with a variable of Compose.
func deployTime(ref string) string {
	if !strings.Contains(ref, "${") {
		return ""
	}
	return " Nothing replaces a variable there. For a value of deploy time, declare a parameter and write ${parameter.NAME}."
}
