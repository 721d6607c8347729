package image

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func stageSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "stage",
		Doc:    "A stage of the build: a base, and steps in the order in which they stand. The last stage becomes the image, unless target says otherwise.",
		Labels: lang.Name1("The stage's name. Later stages of the image refer to it as stage.NAME."),
		Scoped: true,
		Attrs: []lang.Attr{
			{Name: "from", Type: imageOrStage, Required: true, Doc: "What the stage begins with: an image's reference in quotes, image.x, or stage.x that stands above."},
			{Name: "platform", Type: lang.String, Doc: "The platform of the base, such as \"linux/amd64\"; \"$BUILDPLATFORM\" is that of the machine that builds."},
		},
		Blocks:  append(stepSpecs(), onbuildSpec(), healthcheckSpec()),
		Declare: func(b *lang.Block) any { return &manifest.Stage{Origin: b.Origin(), Name: b.Name} },
	}
}

// imageOrStage is a reference in quotes, or to an image or stage.
var imageOrStage = lang.AttrType{Name: "image's reference in quotes, or reference to image or stage", Kinds: []string{"image", "stage"}}

var managers = []string{"apk", "apt", "dnf", "npm", "pip"}

// stepSpecs are the steps of a stage.
func stepSpecs() []*lang.BlockSpec {
	step := func(typ, doc string, attrs ...lang.Attr) *lang.BlockSpec {
		return &lang.BlockSpec{Type: typ, Doc: doc, Attrs: attrs, Repeat: true, NoRef: true}
	}
	command := lang.Attr{Name: "command", Type: lang.Command, Required: true, Doc: "A string for the shell, or a list: the program and its arguments."}
	var packages []lang.Attr
	for _, m := range managers {
		packages = append(packages, lang.Attr{Name: m, Type: lang.Strings, Doc: "Packages for " + m + "."})
	}
	transfer := []lang.Attr{
		{Name: "src", Type: lang.AttrType{Name: "string or list of strings"}, Required: true, Doc: "What is copied."},
		{Name: "dest", Type: lang.String, Required: true, Doc: "Where to; a folder ends with a slash."},
		{Name: "chown", Type: lang.String, Doc: "Owner and group, best as numbers: \"10001:10001\"."},
		{Name: "chmod", Type: lang.String, Doc: "Mode, such as \"0755\"."},
		{Name: "link", Type: lang.Bool, Default: "false", Doc: "Whether the copy is a layer of its own, whatever the layers below."},
	}
	from := lang.Attr{Name: "from", Type: imageOrStage, Doc: "Copies from stage.x, image.x or an image's reference in quotes, instead of the context."}
	exclude := lang.Attr{Name: "exclude", Type: lang.Strings, Doc: "Patterns of what isn't copied. Docker Engine 23 doesn't know this; use the image's ignore."}
	return []*lang.BlockSpec{
		step("packages", "Installs packages, with downloads in cache mounts and nothing left behind in the layer.", packages...),
		step("workdir", "Sets, and makes, the folder of the steps that follow.", lang.Attr{Name: "path", Type: lang.String, Required: true, Doc: "The folder."}),
		step("copy", "Copies files from the context, another stage or another image.", append(slices.Clone(transfer), from, exclude)...),
		step("add", "Copies files, fetches URLs and unpacks archives.", transfer...),
		step("run", "Runs a command while the image is built. A command of several lines is one script.", command,
			lang.Attr{Name: "mounts", Type: lang.Strings, Doc: "Mounts for the command, as RUN --mount has them, such as \"type=cache,target=/root/.cache\". \"type=secret,id=NAME\" and \"type=ssh\" need the image's secrets and ssh."},
			lang.Attr{Name: "network", Type: lang.String, Values: []string{"default", "none", "host"}, Doc: "The command's network; \"host\" needs the image's network = \"host\"."}),
		step("user", "Sets who runs the steps that follow and, at last, the container.", lang.Attr{Name: "name", Type: lang.String, Required: true, Doc: "User, and group after a colon; a number other than 0, so that it can be told from root."}),
		step("entrypoint", "The program of the container.", command),
		step("cmd", "The program of the container, or arguments of the entrypoint.", command),
		step("env", "Sets environment variables of the steps that follow and of the container. Values are taken as they are: `$` means nothing in them.", lang.Attr{Name: "values", Type: lang.StringMap, Required: true, Doc: "The variables."}),
		step("arg", "Declares a build argument.",
			lang.Attr{Name: "name", Type: lang.String, Required: true, Doc: "Its name."},
			lang.Attr{Name: "default", Type: lang.String, Doc: "Its value when the image gives none in build_args."}),
		step("expose", "Says which ports the container listens on.", lang.Attr{Name: "ports", Type: lang.Strings, Required: true, Doc: "Ports, such as 8080 or \"53/udp\"."}),
		step("volume", "Says which folders hold data.", lang.Attr{Name: "paths", Type: lang.Strings, Required: true, Doc: "The folders."}),
		step("stopsignal", "The signal that ends the container.", lang.Attr{Name: "signal", Type: lang.String, Required: true, Doc: "Its name or number."}),
		step("shell", "The shell that commands in strings are given to.", lang.Attr{Name: "command", Type: lang.Strings, Required: true, Doc: "The program and its arguments, such as [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]."}),
		step("label", "Sets labels of the image.", lang.Attr{Name: "values", Type: lang.StringMap, Required: true, Doc: "The labels."}),
	}
}

func onbuildSpec() *lang.BlockSpec {
	return &lang.BlockSpec{Type: "onbuild", Doc: "A step that runs when another image is built on this one.", Blocks: stepSpecs(), Repeat: true, NoRef: true}
}

func decodeStage(b *lang.Block) {
	s := b.Ref.(*manifest.Stage)
	s.At = places(b)
	base := origin(b)
	s.From, s.FromStage, s.FromDecl = base.ref, base.stage, base.image
	if s.FromDecl == nil && s.FromStage == nil && s.From != "" && !inContexts(outermost(b), s.From) {
		unpinned(b, s.From, "from")
	}
	s.Platform = b.String("platform")
	if b.Has("platform") && !b.Failed("platform") && !platformForm.MatchString(s.Platform) && s.Platform != "$BUILDPLATFORM" {
		b.Invalid("platform", "must be a platform such as \"linux/amd64\" or \"linux/arm64/v8\", or \"$BUILDPLATFORM\", that of the machine that builds")
	}
	for _, step := range b.Blocks() {
		s.Steps = append(s.Steps, decodeStep(step)...)
	}
}

// source is where a stage begins, or a copy comes from.
type source struct {
	ref   string
	stage *manifest.Stage
	image *manifest.Image
}

// origin reads a from attribute.
func origin(b *lang.Block) (s source) {
	if !b.Given("from") {
		return s
	}
	if e, ok := b.Expr("from").(*hclsyntax.ScopeTraversalExpr); ok {
		r, ok := b.Scope().Resolve(e.Traversal)
		if !ok {
			return s
		}
		if r.Object != nil && len(r.Rest) == 0 && (r.Object.Kind == "stage" || r.Object.Kind == "image") {
			return reach(b)
		}
		if len(r.Instances) > 0 {
			lang.Ref[any](b, "from") // reports that it takes one
			return s
		}
	}
	s.ref = b.String("from")
	if b.Has("from") && !b.Failed("from") {
		if problem := reference(s.ref); problem != "" {
			b.Program().Errorf(ruleReference, b.AttrRange("from"), "%q is no image's reference: %s.", s.ref, problem)
		}
		for _, other := range outermost(b).Blocks("stage") {
			if other.Name == s.ref {
				b.Program().Errorf(ruleReference, b.AttrRange("from"), "In quotes, %q is an image of that name, not the stage. Write stage.%s.", s.ref, s.ref)
			}
		}
	}
	return s
}

// reach reads a from attribute that refers to a stage or an image.
func reach(b *lang.Block) (s source) {
	f, ok := lang.Ref[any](b, "from")
	if !ok {
		return s
	}
	switch x := f.Value.(type) {
	case *manifest.Stage:
		s.stage = x
		for _, own := range outermost(b).Blocks("stage") {
			if own.Ref == any(x) {
				return s
			}
		}
		b.Program().Errorf(ruleStep, f.Range, "%s is a stage of another image. Only that image as a whole can be copied from: write its reference instead.", f.Object.Address)
		return source{}
	case *manifest.Image:
		s.image = x
		for _, other := range b.Program().Blocks("image") {
			if other.Ref == any(x) {
				s.ref, _ = tag(other)
			}
		}
	}
	return s
}

func outermost(b *lang.Block) *lang.Block {
	for b.Parent != nil {
		b = b.Parent
	}
	return b
}

// decodeStep reads one step; a packages block may make several.
func decodeStep(b *lang.Block) []*manifest.Instruction {
	do := &manifest.Instruction{Kind: b.Type, Range: b.Range, At: places(b)}
	switch b.Type {
	case "healthcheck":
		noHealthcheck(b)
		return nil
	case "packages":
		return decodePackages(b)
	case "workdir":
		do.Path = b.String("path")
		return kept(b, do, do.Path != "", "path")
	case "copy", "add":
		return decodeCopy(b, do)
	case "run", "entrypoint", "cmd":
		do.Command = b.Command("command")
		if b.Type == "run" {
			do.Mounts, do.Network = b.Strings("mounts"), b.String("network")
		}
		c := do.Command
		ok := c != nil && (len(c.Exec) > 0 || c.Exec == nil && strings.TrimSpace(c.Shell) != "" || c.Exec != nil && b.Type == "cmd")
		return kept(b, do, ok, "command")
	case "user":
		do.User = b.String("name")
		return kept(b, do, do.User != "", "name")
	case "env", "label":
		do.Values = b.StringMap("values")
		return kept(b, do, len(do.Values) > 0, "values")
	case "arg":
		do.Values = []manifest.KeyValue{{Key: b.String("name"), Value: b.String("default"), Range: b.AttrRange("name")}}
		do.HasDefault = b.Has("default")
		return kept(b, do, do.Values[0].Key != "", "name")
	case "expose":
		do.Ports = b.Strings("ports")
		for _, p := range b.Items("ports") {
			if !portForm.MatchString(p.Value) {
				b.Program().Errorf(ruleStep, p.Range, "%q is no port. Write 8080, or \"53/udp\".", p.Value)
				return nil
			}
		}
		return kept(b, do, len(do.Ports) > 0, "ports")
	case "volume":
		do.Paths = b.Strings("paths")
		return kept(b, do, len(do.Paths) > 0 && !slices.Contains(do.Paths, ""), "paths")
	case "stopsignal":
		do.Signal = b.String("signal")
		return kept(b, do, do.Signal != "", "signal")
	case "shell":
		do.Words = b.Strings("command")
		return kept(b, do, len(do.Words) > 0, "command")
	case "onbuild":
		return decodeOnbuild(b, do)
	}
	return nil
}

var portForm = regexp.MustCompile(`^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?(/(tcp|udp|sctp))?$`)

// kept is the step, unless an attribute that it can't do without is empty.
func kept(b *lang.Block, do *manifest.Instruction, ok bool, attr string) []*manifest.Instruction {
	if ok {
		return []*manifest.Instruction{do}
	}
	if b.Given(attr) && !b.Failed(attr) {
		b.Invalid(attr, "must not be empty")
	}
	return nil
}

func decodePackages(b *lang.Block) []*manifest.Instruction {
	var out []*manifest.Instruction
	for _, name := range b.AttrNames() {
		list := b.Strings(name)
		if b.Failed(name) {
			continue
		}
		slices.Sort(list)
		list = slices.Compact(list)
		if len(list) == 0 {
			b.Invalid(name, "must name at least one package")
			continue
		}
		out = append(out, &manifest.Instruction{Kind: "packages", Range: b.NameRange(name), At: places(b),
			Packages: &manifest.Packages{Manager: name, Names: list}})
	}
	if len(b.AttrNames()) == 0 {
		b.Program().Errorf(ruleStep, b.Range, "The block names no package. Write one of %s, as in `apt = [\"curl\"]`.", strings.Join(managers, ", "))
	}
	return out
}

func decodeCopy(b *lang.Block, do *manifest.Instruction) []*manifest.Instruction {
	do.Src = list(b, "src")
	do.Dest = b.String("dest")
	do.Chown, do.Chmod = b.String("chown"), b.String("chmod")
	do.Link = b.Bool("link")
	if b.Type == "copy" {
		s := origin(b)
		do.FromStage, do.FromImage, do.FromDecl = s.stage, s.ref, s.image
		do.Exclude = b.Strings("exclude")
	}
	switch {
	case b.Failed():
		return nil
	case len(do.Src) == 0 || slices.Contains(do.Src, ""):
		return kept(b, do, false, "src")
	case len(do.Src) > 1 && !strings.HasSuffix(do.Dest, "/") && do.Dest != "." && do.Dest != "..":
		b.Program().Errorf(ruleStep, b.AttrRange("dest"), "Several files can only be copied into a folder, and %q doesn't end with a slash. Write %q.", do.Dest, do.Dest+"/")
		return nil
	}
	if do.FromStage == nil && do.FromImage == "" {
		for _, src := range do.Src {
			if clean := strings.TrimPrefix(src, "/"); clean == ".." || strings.HasPrefix(clean, "../") {
				b.Program().Errorf(ruleStep, b.AttrRange("src"), "%q lies outside of the build context. Choose a context that holds it.", src)
				return nil
			}
		}
	}
	return kept(b, do, do.Dest != "", "dest")
}

// list reads a string or a list of strings.
func list(b *lang.Block, name string) []string {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	if v.Type() == cty.String {
		return []string{v.AsString()}
	}
	return b.Strings(name)
}

func decodeOnbuild(b *lang.Block, do *manifest.Instruction) []*manifest.Instruction {
	var out []*manifest.Instruction
	for _, inner := range b.Blocks() {
		for _, step := range decodeStep(inner) {
			c := *do
			c.Onbuild = step
			out = append(out, &c)
		}
	}
	if len(b.Blocks()) == 0 {
		b.Program().Errorf(ruleStep, b.Range, "%s", fmt.Sprintf("The block has no step. Write one in it, as in `%s { command = \"make\" }`.", "run"))
	}
	return out
}
