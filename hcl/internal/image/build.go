package image

import (
	"encoding/csv"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// buildAttrs are the arguments that apply only to the build of an image.
var buildAttrs = []string{"push", "secrets", "ssh", "cache_from", "additional_contexts", "network", "extra_hosts", "shm_size", "platforms", "sbom", "provenance"}

// contextMap is read entry by entry: a string, or a reference to an image.
var contextMap = lang.AttrType{Name: "map of strings or references to image", Kinds: []string{"image"}, Raw: true}

func decodeBuild(b *lang.Block, i *manifest.Image) {
	if b.Has("push") {
		i.Push, _ = pushed(b)
	}
	for _, f := range lang.Refs[*manifest.Secret](b, "secrets") {
		if !slices.Contains(i.Secrets, f.Value) {
			i.Secrets = append(i.Secrets, f.Value)
		}
	}
	slices.SortFunc(i.Secrets, func(x, y *manifest.Secret) int { return strings.Compare(x.Name, y.Name) })
	i.SSH = sshKeys(b)
	i.CacheFrom = b.Strings("cache_from")
	i.Contexts = decodeContexts(b)
	i.Network = b.String("network")
	i.ExtraHosts, i.ShmSize = b.Strings("extra_hosts"), b.Bytes("shm_size")
	i.Platforms = b.Strings("platforms")
	i.SBOM, i.Provenance = optional(b, "sbom"), optional(b, "provenance")
	if !b.Has("pull") {
		checkBuild(b, i)
	}
}

// sshKeys are the entries of ssh, with paths as seen from the kit's folder.
func sshKeys(b *lang.Block) []string {
	var out []string
	for _, it := range b.Items("ssh") {
		entry := it.Value
		if id, file, ok := strings.Cut(entry, "="); ok && file != "" {
			entry = id + "=" + paths.Resolve(b, paths.Use{Argument: "ssh", Use: manifest.KeyPath, Path: file, Range: it.Range})
		}
		out = append(out, entry)
	}
	return out
}

func optional(b *lang.Block, name string) *bool {
	v := b.Bool(name)
	if !b.Has(name) {
		return nil
	}
	return &v
}

// pushed is the reference that an image is pushed to: verbatim, or with the tag of the image or the
// system's version.
func pushed(b *lang.Block) (string, bool) {
	ref := b.String("push")
	if ref == "" || strings.Contains(ref, "@") || normal(ref) == ref {
		return ref, !b.Failed("push")
	}
	tag := version(b.Evaluation())
	if own := b.String("tag"); normal(own) == own {
		tag = own[strings.LastIndex(own, ":")+1:]
	}
	return ref + ":" + tag, !b.Failed("push", "tag")
}

func decodeContexts(b *lang.Block) []*manifest.BuildContext {
	entries, _ := b.Entries("additional_contexts")
	var out []*manifest.BuildContext
	for _, e := range entries {
		c := &manifest.BuildContext{Name: e.Key, Range: e.Expr.Range()}
		switch isText, ok := text(b, e); {
		case !ok:
			continue
		case isText:
			t, ok := b.Scope().EvalText(e.Expr)
			if !ok {
				continue
			}
			c.Source, _ = t.Plain() // secrets were rejected
		default:
			found, ok := b.Scope().Refs(e.Expr, contextMap.Kinds...)
			if ok && len(found) != 1 {
				b.Evaluation().Errorf(ruleBuild, c.Range, "The context %q requires exactly one image, not %d. Name one instance, as in image.NAME[\"key\"].", c.Name, len(found))
			}
			if !ok || len(found) != 1 {
				continue
			}
			if c.Image, ok = found[0].Object.Ref.(*manifest.Image); !ok {
				continue
			}
		}
		if checkContext(b, c, e) {
			c.Source = paths.Resolve(b, paths.Use{Argument: "additional_contexts." + c.Name, Use: manifest.ContextPath, Path: c.Source, Range: c.Range, Made: b.Given("made_by")})
			out = append(out, c)
		}
	}
	return out
}

// text reports whether an entry is a string rather than possibly a reference; ok is false if it is
// neither, or failed.
func text(b *lang.Block, e lang.Entry) (isText, ok bool) {
	if l, isLiteral := e.Expr.(*hclsyntax.LiteralValueExpr); isLiteral && lang.Reference(l.Val) != nil {
		return false, true // of a computed map
	}
	v, ok := b.Scope().Eval(e.Expr)
	if !ok || v.IsNull() {
		return false, false
	}
	return v.Type() == cty.String, true
}

// schemes are those of contexts that both docker build and Compose support.
var schemes = []string{"docker-image", "https", "http", "git", "ssh", "oci-layout"}

func checkContext(b *lang.Block, c *manifest.BuildContext, e lang.Entry) bool {
	p := b.Evaluation()
	if problem := reference(c.Name); problem != "" || strings.Contains(c.Name, "@") {
		if problem == "" {
			problem = "a digest is not allowed here"
		}
		p.Errorf(ruleBuild, e.KeyRange, "%q is not a valid context name; contexts are named like stages or images: %s.", c.Name, problem)
		return false
	}
	if c.Name == "context" || c.Name == "scratch" {
		p.Errorf(ruleBuild, e.KeyRange, "The context name %q is reserved by BuildKit. Choose another one.", c.Name)
		return false
	}
	if c.Image != nil {
		return true
	}
	scheme, rest, ok := strings.Cut(c.Source, "://")
	switch {
	case c.Source == "" || ok && rest == "":
		p.Errorf(ruleBuild, c.Range, "The context %q has no source. Use a folder relative to the manifest's folder, a URL, or image.NAME.", c.Name)
		return false
	case ok && !slices.Contains(schemes, scheme):
		p.Errorf(ruleBuild, c.Range, "Docker doesn't support contexts of the kind %q. Use %s://, or a folder without a scheme.", scheme, strings.Join(schemes, "://, "))
		return false
	case scheme == "docker-image" && ok:
		if problem := reference(rest); problem != "" {
			p.Errorf(ruleReference, c.Range, "%q is not a valid image reference: %s.", rest, problem)
			return false
		}
	case strings.HasPrefix(c.Source, "service:") || strings.HasPrefix(c.Source, "target:"):
		p.Errorf(ruleBuild, c.Range, "%q is a context that only Compose or Bake supports, but deploy.sh runs docker build. Write image.NAME for an image of the manifest.", c.Source)
		return false
	}
	return true
}

var sshID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// checkBuild checks for what docker build and Compose would reject, or interpret differently.
func checkBuild(b *lang.Block, i *manifest.Image) {
	p := b.Evaluation()
	if b.Has("push") && !b.Failed("push") {
		switch problem := reference(i.Push); {
		case problem != "":
			p.Errorf(ruleReference, b.AttrRange("push"), "%q is not a valid image reference: %s.", i.Push, problem)
		case strings.Contains(i.Push, "@"):
			p.Errorf(ruleReference, b.AttrRange("push"), "%q contains a digest, which is known only after the build. Remove it.", i.Push)
		}
	}
	seen := map[string]bool{}
	for _, s := range b.Items("ssh") {
		id, file, ok := strings.Cut(s.Value, "=")
		switch {
		case !sshID.MatchString(id):
			p.Errorf(ruleBuild, s.Range, "%q is not a valid SSH agent or key. Write \"default\" for the running agent, or \"id=path\".", s.Value)
		case !ok && id != "default":
			p.Errorf(ruleBuild, s.Range, "%q has no key; only \"default\" refers to the running agent. Write \"%s=path\", with the path of a key or of an agent's socket.", s.Value, id)
		case ok && (file == "" || strings.Contains(file, ",")):
			p.Errorf(ruleBuild, s.Range, "%q must have exactly one path, of a key or of an agent's socket, after the \"=\".", s.Value)
		case strings.HasPrefix(file, "~"):
			p.Errorf(ruleBuild, s.Range, "%q starts with ~, which docker build doesn't expand. Write an absolute path, or \"default\" and load the key into the agent.", file)
		case seen[id]:
			p.Errorf(ruleBuild, s.Range, "The id %q is used twice. Remove one of the two.", id)
		}
		seen[id] = true
	}
	for _, c := range b.Items("cache_from") {
		if strings.Contains(c.Value, "=") {
			if !slices.ContainsFunc(strings.Split(c.Value, ","), func(f string) bool { return strings.HasPrefix(f, "type=") }) {
				p.Errorf(ruleBuild, c.Range, "%q doesn't specify the type of the cache. Write \"type=registry,ref=…\" or just an image reference.", c.Value)
			}
		} else if problem := reference(c.Value); problem != "" {
			p.Errorf(ruleReference, c.Range, "%q is not a valid image reference: %s.", c.Value, problem)
		}
	}
	for _, x := range b.Items("extra_hosts") {
		name, address, _ := strings.Cut(x.Value, ":")
		if _, err := netip.ParseAddr(address); name == "" || strings.ContainsAny(name, "= \t") || err != nil && address != "host-gateway" {
			p.Errorf(ruleBuild, x.Range, "%q is not a name with its address. Write \"name:10.0.0.1\", or \"name:host-gateway\" for the engine's host.", x.Value)
		}
	}
	for _, x := range b.Items("platforms") {
		if !platformForm.MatchString(x.Value) {
			p.Errorf(ruleBuild, x.Range, "%q is not a valid platform. Use one such as \"linux/amd64\" or \"linux/arm64/v8\".", x.Value)
		}
	}
	for _, name := range []string{"platforms", "sbom", "provenance"} {
		if b.Has(name) && !b.Given("push") {
			p.Errorf(ruleNoEffect, b.NameRange(name), "%q has an effect only for an image that is pushed. Add `push = \"registry.example.org/team/%s\"`, or remove it.", name, b.Name)
		}
	}
}

// inContexts reports whether an image's build has a context of that name.
func inContexts(image *lang.Block, name string) bool {
	entries, _ := image.Entries("additional_contexts")
	return slices.ContainsFunc(entries, func(e lang.Entry) bool { return e.Key == name })
}

// connect finds the built images whose tags are named by contexts and mounts: they must be ready
// first, as with a reference to them.
func connect(i *manifest.Image, byTag map[string]*manifest.Image) {
	for _, c := range i.Contexts {
		if ref, ok := strings.CutPrefix(c.Source, "docker-image://"); ok {
			if other := byTag[normal(ref)]; other != nil {
				c.Image, c.Source = other, ""
			}
		}
	}
	for _, s := range i.Stages {
		for _, do := range s.Steps {
			run, ok := do.(*manifest.RunInstruction)
			if !ok {
				continue
			}
			for _, m := range run.Mounts {
				if other := byTag[normal(mountFrom(m))]; other != nil && !slices.Contains(run.MountDecls, other) {
					run.MountDecls = append(run.MountDecls, other)
				}
			}
		}
	}
}

// mountFrom is the source of a mount, "" for the build context.
func mountFrom(mount string) string {
	fields, err := csv.NewReader(strings.NewReader(mount)).Read()
	if err != nil {
		return ""
	}
	for _, f := range fields {
		if key, value, ok := strings.Cut(f, "="); ok && strings.EqualFold(key, "from") {
			return value
		}
	}
	return ""
}
