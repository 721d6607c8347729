package image

import (
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// stepKind is a kind of step: its block, and its decoder. A block in error produces no step, and
// packages and onbuild may produce several.
type stepKind struct {
	spec   *lang.BlockSpec
	decode func(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction
}

// stepKinds are the steps that a stage and an onbuild block support.
func stepKinds() []stepKind {
	step := func(typ, doc string, attrs ...lang.Attr) *lang.BlockSpec {
		return &lang.BlockSpec{Type: typ, Doc: doc, Attrs: attrs, Repeat: true, NoRef: true}
	}
	command := lang.Attr{Name: "command", Type: lang.Command, Required: true, Doc: "A string for the shell, or a list of the program and its arguments."}
	var packages []lang.Attr
	for _, m := range manifest.PackageManagers {
		packages = append(packages, lang.Attr{Name: string(m), Type: lang.Strings, Doc: "Packages for " + string(m) + "."})
	}
	transfer := []lang.Attr{
		{Name: "src", Type: lang.AttrType{Name: "string or list of strings"}, Required: true, Doc: "The files to copy."},
		{Name: "dest", Type: lang.String, Required: true, Doc: "The destination; a folder ends with a slash."},
		{Name: "chown", Type: lang.String, Doc: "The owner and group, preferably numeric: \"10001:10001\"."},
		{Name: "chmod", Type: lang.String, Doc: "The mode, such as \"0755\"."},
		{Name: "link", Type: lang.Bool, Default: "false", Doc: "Whether the copy is an independent layer, which stays cached when earlier layers change."},
	}
	from := lang.Attr{Name: "from", Type: imageOrStage, Doc: "The source: stage.x, image.x or a quoted image reference, instead of the context."}
	exclude := lang.Attr{Name: "exclude", Type: lang.Strings, Doc: "Patterns to exclude from the copy. Docker Engine 23 doesn't support this; use the image's `ignore` there."}
	return []stepKind{
		{step("packages", "Installs packages, with downloads in cache mounts, so that the layer contains nothing else.", packages...), decodePackages},
		{step("workdir", "Sets, and creates, the working folder of the following steps.", lang.Attr{Name: "path", Type: lang.String, Required: true, Doc: "The folder."}), decodeWorkdir},
		{step("copy", "Copies files from the context, another stage or another image.", append(slices.Clone(transfer), from, exclude)...), decodeCopy},
		{step("add", "Copies files, fetches URLs and unpacks archives.", transfer...), decodeAdd},
		{step("run", "Runs a command during the build. A command of several lines is one script.", command,
			lang.Attr{Name: "mounts", Type: lang.Strings, Doc: "Mounts for the command, as in RUN --mount, such as \"type=cache,target=/root/.cache\". \"type=secret,id=NAME\" and \"type=ssh\" require the image's secrets and ssh."},
			lang.Attr{Name: "network", Type: lang.String, Values: []string{"default", "none", "host"}, Doc: "The network of the command; \"host\" requires the image's network = \"host\"."}), decodeRun},
		{step("user", "Sets the user of the following steps and of the container.", lang.Attr{Name: "name", Type: lang.String, Required: true, Doc: "The user, with an optional group after a colon; a numeric user lets omegagen see that it isn't root."}), decodeUser},
		{step("entrypoint", "The program of the container.", command), decodeEntrypoint},
		{step("cmd", "The program of the container, or arguments of the entrypoint.", command), decodeCmd},
		{step("env", "Sets environment variables of the following steps and of the container. Values are verbatim; `$` has no special meaning.", lang.Attr{Name: "values", Type: lang.StringMap, Required: true, Doc: "The variables by name: { LANG = \"C.UTF-8\" }."}), decodeEnv},
		{step("arg", "Declares a build argument.",
			lang.Attr{Name: "name", Type: lang.String, Required: true, Doc: "The name."},
			lang.Attr{Name: "default", Type: lang.String, Doc: "The default, if the image's build_args don't set it."}), decodeArg},
		{step("expose", "Documents the ports on which the container listens.", lang.Attr{Name: "ports", Type: lang.Strings, Required: true, Doc: "The ports, such as 8080 or \"53/udp\"."}), decodeExpose},
		{step("volume", "Declares the folders that contain data.", lang.Attr{Name: "paths", Type: lang.Strings, Required: true, Doc: "The folders."}), decodeVolume},
		{step("stopsignal", "The signal that stops the container.", lang.Attr{Name: "signal", Type: lang.String, Required: true, Doc: "The name or number."}), decodeStopSignal},
		{step("shell", "The shell that runs commands given as strings.", lang.Attr{Name: "command", Type: lang.Strings, Required: true, Doc: "The program and its arguments, such as [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]."}), decodeShell},
		{step("label", "Sets labels of the image.", lang.Attr{Name: "values", Type: lang.StringMap, Required: true, Doc: "The labels."}), decodeLabel},
	}
}

func stepSpecs() (out []*lang.BlockSpec) {
	for _, k := range stepKinds() {
		out = append(out, k.spec)
	}
	return out
}

func onbuildSpec() *lang.BlockSpec {
	return &lang.BlockSpec{Type: "onbuild", Doc: "A step that runs when another image is built from this one.", Blocks: stepSpecs(), Repeat: true, NoRef: true}
}

// decodeSteps reads a block of a stage.
func decodeSteps(b *lang.Block) []manifest.Instruction {
	at := manifest.InstructionOrigin{Range: b.Range, At: places(b)}
	switch b.Type {
	case "healthcheck":
		noHealthcheck(b)
		return nil
	case "onbuild":
		return decodeOnbuild(b, at)
	}
	for _, k := range stepKinds() {
		if k.spec.Type == b.Type {
			return k.decode(b, at)
		}
	}
	panic("image: no step: " + b.Type)
}

// kept is the step, unless a required argument is empty.
func kept(b *lang.Block, do manifest.Instruction, ok bool, attr string) []manifest.Instruction {
	if ok {
		return []manifest.Instruction{do}
	}
	if b.Given(attr) && !b.Failed(attr) {
		b.Invalid(attr, "must not be empty")
	}
	return nil
}

func decodePackages(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	var out []manifest.Instruction
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
		at.Range = b.NameRange(name)
		out = append(out, &manifest.PackagesInstruction{InstructionOrigin: at, Manager: manifest.PackageManager(name), Names: list})
	}
	if len(b.AttrNames()) == 0 {
		b.Evaluation().Errorf(ruleStep, b.Range, "The block lists no packages. Write one of %s, as in `apt = [\"curl\"]`.", strings.Join(manifest.Words(manifest.PackageManagers...), ", "))
	}
	return out
}

func decodeWorkdir(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.WorkdirInstruction{InstructionOrigin: at, Path: b.String("path")}
	return kept(b, do, do.Path != "", "path")
}

func decodeCopy(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	s := origin(b)
	do := &manifest.CopyInstruction{InstructionOrigin: at, Transfer: transfer(b), FromStage: s.stage, FromImage: s.ref, FromDecl: s.image,
		Exclude: b.Strings("exclude")}
	return transferred(b, do, do.Transfer, s.stage == nil && s.ref == "")
}

func decodeAdd(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.AddInstruction{InstructionOrigin: at, Transfer: transfer(b)}
	return transferred(b, do, do.Transfer, true)
}

func transfer(b *lang.Block) manifest.Transfer {
	return manifest.Transfer{Src: list(b, "src"), Dest: b.String("dest"), Chown: b.String("chown"), Chmod: b.String("chmod"), Link: b.Bool("link")}
}

// transferred is a step that copies, unless its paths are invalid. If it copies from the context, they
// must be inside it.
func transferred(b *lang.Block, do manifest.Instruction, t manifest.Transfer, context bool) []manifest.Instruction {
	switch {
	case b.Failed():
		return nil
	case len(t.Src) == 0 || slices.Contains(t.Src, ""):
		return kept(b, do, false, "src")
	case len(t.Src) > 1 && !strings.HasSuffix(t.Dest, "/") && t.Dest != "." && t.Dest != "..":
		b.Evaluation().Errorf(ruleStep, b.AttrRange("dest"), "Several files can be copied only into a folder, but %q doesn't end with a slash. Write %q.", t.Dest, t.Dest+"/")
		return nil
	}
	for _, src := range t.Src {
		if clean := strings.TrimPrefix(src, "/"); context && (clean == ".." || strings.HasPrefix(clean, "../")) {
			b.Evaluation().Errorf(ruleStep, b.AttrRange("src"), "%q is outside the build context. Choose a context that contains it.", src)
			return nil
		}
	}
	return kept(b, do, t.Dest != "", "dest")
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

func decodeRun(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.RunInstruction{InstructionOrigin: at, Command: b.Command("command"), Mounts: b.Strings("mounts"), Network: b.String("network")}
	return kept(b, do, runs(do.Command), "command")
}

func decodeEntrypoint(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.EntrypointInstruction{InstructionOrigin: at, Command: b.Command("command")}
	return kept(b, do, runs(do.Command), "command")
}

// decodeCmd accepts an empty list too, which removes the base image's command.
func decodeCmd(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.CmdInstruction{InstructionOrigin: at, Command: b.Command("command")}
	return kept(b, do, runs(do.Command) || do.Command != nil && do.Command.Exec != nil, "command")
}

// runs reports whether a command names a program.
func runs(c *manifest.Command) bool {
	return c != nil && (len(c.Exec) > 0 || c.Exec == nil && strings.TrimSpace(c.Shell) != "")
}

func decodeUser(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.UserInstruction{InstructionOrigin: at, User: b.String("name")}
	return kept(b, do, do.User != "", "name")
}

func decodeEnv(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.EnvInstruction{InstructionOrigin: at, Values: b.StringMap("values")}
	return kept(b, do, len(do.Values) > 0, "values")
}

func decodeLabel(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.LabelInstruction{InstructionOrigin: at, Values: b.StringMap("values")}
	return kept(b, do, len(do.Values) > 0, "values")
}

func decodeArg(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.ArgInstruction{InstructionOrigin: at, Name: b.String("name")}
	if b.Has("default") {
		v := b.String("default")
		do.Default = &v
	}
	return kept(b, do, do.Name != "", "name")
}

var portForm = regexp.MustCompile(`^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?(/(tcp|udp|sctp))?$`)

func decodeExpose(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.ExposeInstruction{InstructionOrigin: at, Ports: b.Strings("ports")}
	for _, p := range b.Items("ports") {
		if !portForm.MatchString(p.Value) {
			b.Evaluation().Errorf(ruleStep, p.Range, "%q is not a valid port. Write 8080, or \"53/udp\".", p.Value)
			return nil
		}
	}
	return kept(b, do, len(do.Ports) > 0, "ports")
}

func decodeVolume(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.VolumeInstruction{InstructionOrigin: at, Paths: b.Strings("paths")}
	return kept(b, do, len(do.Paths) > 0 && !slices.Contains(do.Paths, ""), "paths")
}

func decodeStopSignal(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.StopSignalInstruction{InstructionOrigin: at, Signal: b.String("signal")}
	return kept(b, do, do.Signal != "", "signal")
}

func decodeShell(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	do := &manifest.ShellInstruction{InstructionOrigin: at, Words: b.Strings("command")}
	return kept(b, do, len(do.Words) > 0, "command")
}

func decodeOnbuild(b *lang.Block, at manifest.InstructionOrigin) []manifest.Instruction {
	var out []manifest.Instruction
	for _, inner := range b.Blocks() {
		for _, step := range decodeSteps(inner) {
			out = append(out, &manifest.OnbuildInstruction{InstructionOrigin: at, Do: step})
		}
	}
	if len(b.Blocks()) == 0 {
		b.Evaluation().Errorf(ruleStep, b.Range, "The block contains no step. Add one, as in `run { command = \"make\" }`.")
	}
	return out
}
