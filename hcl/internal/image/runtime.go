package image

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// runtimeSpec is for facts about an image that the built-in facts don't cover.
func runtimeSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "runtime", Max: 1, NoRef: true,
		Doc: "Facts about the image's containers, for an image that the built-in facts (docs/images.md) don't cover or get wrong. The defaults of a service follow from them: see harden of a service. Facts that aren't set here keep their built-in values, or stay unknown.",
		Attrs: []lang.Attr{
			{Name: "like", Type: lang.String, Doc: "The reference of a known image that this one is a copy of or behaves like, such as \"postgres:17\"; useful for a mirror. The other arguments of the block override its facts."},
			{Name: "user", Type: lang.String, Doc: "The user, uid[:gid], that the image runs as and that owns its data folders. With starts_as_root, the user that it switches to."},
			{Name: "starts_as_root", Type: lang.Bool, Doc: "Whether the entrypoint starts as root. Default: false if user is set."},
			{Name: "capabilities", Type: lang.Strings, Doc: "The capabilities required to start, stop and reload; they are kept when all others are dropped. [] means none."},
			{Name: "init", Type: lang.Bool, Doc: "Whether a minimal init as process 1 is right for the image: true for a program that neither reaps zombies nor handles signals, false for one with its own init."},
			{Name: "read_only", Type: lang.Bool, Doc: "Whether the image supports a read-only root file system. Its services then get one, unless they run as root."},
			{Name: "volumes", Type: lang.Strings, Doc: "The data folders."},
			{Name: "ports", Type: lang.AttrType{Name: "list of whole numbers"}, Doc: "The TCP ports on which the image listens."},
			{Name: "shell", Type: lang.String, Doc: "The shell in the image, such as \"sh\"; \"\" means none."},
			{Name: "tools", Type: lang.Strings, Doc: "The programs in the image, of bash, curl, nc, openssl and wget; those not listed are missing."},
		},
	}
}

var userForm = regexp.MustCompile(`^([0-9]+|[a-z_][a-z0-9_.-]*\$?)(:([0-9]+|[a-z_][a-z0-9_.-]*))?$`)

// knownTools are the programs that facts cover.
var knownTools = []string{"bash", "curl", "nc", "openssl", "wget"}

// runtime decodes the block of an image; nil if there is none.
func runtime(b *lang.Block) *manifest.Runtime {
	rb := b.Block("runtime")
	if rb == nil {
		return nil
	}
	p := rb.Evaluation()
	r := &manifest.Runtime{Origin: rb.Origin(), Like: rb.String("like"), User: rb.String("user"),
		Volumes: rb.Strings("volumes"), At: places(rb)}
	if rb.Has("like") && !rb.Failed("like") && images.Lookup(r.Like) == nil {
		p.Errorf(ruleRuntime, rb.AttrRange("like"), "There are no facts about %q%s. Name an image with a version that the facts cover, or state the facts in this block.", r.Like, knownFamily(r.Like))
	}
	if rb.Has("user") && !rb.Failed("user") && !userForm.MatchString(r.User) {
		p.Errorf(ruleRuntime, rb.AttrRange("user"), "%q is not a valid user. Use one such as \"999:999\".", r.User)
	}
	for name, set := range map[string]**bool{"starts_as_root": &r.StartsAsRoot, "init": &r.Init, "read_only": &r.ReadOnly} {
		if rb.Has(name) && !rb.Failed(name) {
			v := rb.Bool(name)
			*set = &v
		}
	}
	if rb.Has("capabilities") {
		r.Capabilities = CapabilityNames(rb, "capabilities")
		r.CapabilitiesGiven = true
	}
	for _, v := range rb.Items("volumes") {
		if !strings.HasPrefix(v.Value, "/") {
			p.Errorf(ruleRuntime, v.Range, "%q is not an absolute path in the container.", v.Value)
		}
	}
	for _, v := range rb.Items("ports") {
		n, err := strconv.Atoi(v.Value)
		if err != nil || n < 1 || n > 65535 {
			p.Errorf(ruleRuntime, v.Range, "%q is not a valid port. Use a number from 1 to 65535.", v.Value)
			continue
		}
		r.Ports = append(r.Ports, n)
	}
	if rb.Has("shell") && !rb.Failed("shell") {
		v := rb.String("shell")
		r.Shell = &v
	}
	if rb.Has("tools") {
		r.ToolsGiven = true
		for _, v := range rb.Items("tools") {
			if !slices.Contains(knownTools, v.Value) {
				p.Errorf(ruleRuntime, v.Range, "Image facts don't cover %q; they cover only %s.", v.Value, strings.Join(knownTools, ", "))
				continue
			}
			r.Tools = append(r.Tools, v.Value)
		}
	}
	if r.CapabilitiesGiven && r.StartsAsRoot == nil && !rb.Failed("starts_as_root", "capabilities") && r.Like == "" && r.User != "" {
		p.Errorf(ruleRuntime, rb.AttrRange("capabilities"), "Only an image that starts as root has capabilities. Add starts_as_root = true, or remove them.")
	}
	return r
}

// knownFamily says whether there are facts about other versions of an image.
func knownFamily(ref string) string {
	if f := images.FamilyOf(ref); f != nil {
		return " in this version, only about other versions"
	}
	return ""
}

// facts are the facts about an image, nil if there are none: its runtime block over the facts about
// the reference, or about what it is built from.
func facts(i *manifest.Image) *images.Facts {
	if i.Facts != nil || i.FactsDone {
		return i.Facts
	}
	i.FactsDone = true // also stops at cycles of images
	var f *images.Facts
	switch {
	case i.Runtime != nil && i.Runtime.Like != "":
		f = images.Lookup(i.Runtime.Like)
	case i.Pull != "":
		f = images.Lookup(i.Assumed())
	case len(i.Stages) > 0:
		f = fromStages(i)
	}
	if i.Runtime != nil {
		f = stated(i.Runtime, f)
	}
	i.Facts = f
	return f
}

// stated applies a runtime block to the known facts.
func stated(r *manifest.Runtime, f *images.Facts) *images.Facts {
	if f == nil {
		f = &images.Facts{}
	} else {
		f = f.Clone()
	}
	f.Derived = append(f.Derived, images.FromManifest)
	root, known := f.Root()
	if r.StartsAsRoot != nil {
		root, known = *r.StartsAsRoot, true
	} else if r.User != "" && !known {
		name, _, _ := strings.Cut(r.User, ":")
		root, known = name == "0" || name == "root", true
	} else if r.CapabilitiesGiven && !known {
		root, known = true, true
	}
	if known {
		f.StartsAsRoot = &root
	}
	if r.User != "" {
		f.Becomes = becomes(r.User)
		f.Unverified.BecomesUID = ""
		if !root {
			f.User = &r.User
		}
	}
	switch {
	case !root:
		f.Capabilities = nil
	case r.CapabilitiesGiven:
		f.Capabilities = &images.Capabilities{Basis: images.Stated, Minimum: r.Capabilities}
	}
	if r.Init != nil {
		f.InitIsRight = r.Init
	}
	if r.ReadOnly != nil {
		f.ReadOnly = &images.ReadOnly{OK: r.ReadOnly, Documented: true}
	}
	if r.Volumes != nil {
		f.Volumes = nil
		for _, v := range r.Volumes {
			f.Volumes = append(f.Volumes, images.Volume{Path: v})
		}
	}
	if r.Ports != nil {
		f.Ports = nil
		for _, n := range r.Ports {
			f.Ports = append(f.Ports, images.Port{Port: n, Proto: "tcp"})
		}
	}
	if r.Shell != nil {
		f.Tools.Shell = *r.Shell
	}
	if r.ToolsGiven {
		has := func(name string) *bool { v := slices.Contains(r.Tools, name); return &v }
		f.Tools.Bash, f.Tools.Curl, f.Tools.NC, f.Tools.OpenSSL, f.Tools.Wget = has("bash"), has("curl"), has("nc"), has("openssl"), has("wget")
	}
	return f
}

// becomes reads uid[:gid]; a name has no number.
func becomes(user string) *images.Becomes {
	uid, gid, _ := strings.Cut(user, ":")
	out := &images.Becomes{Name: uid}
	if n, err := strconv.Atoi(uid); err == nil {
		out.UID = &n
	}
	if n, err := strconv.Atoi(gid); err == nil {
		out.GID = &n
	}
	return out
}

// inits are programs that are meant to be process 1.
var inits = []string{"tini", "dumb-init", "s6-svscan", "init", "catatonit", "supervisord", "runsvdir", "systemd"}

// fromStages returns the facts about an image that is built here: those of its base, changed by its
// steps. nil if the base isn't known, or a step may change what can't be determined.
func fromStages(i *manifest.Image) *images.Facts {
	base, stages := chain(i)
	if base == nil {
		return nil
	}
	f := base.Clone()
	f.Derived = append(f.Derived, images.FromStages)
	f.Tools = images.Tools{Shell: f.Tools.Shell} // a step may add any of them
	if f.Tools.Shell == false {
		f.Tools.Shell = nil
	}
	for _, s := range stages {
		for _, do := range s.Steps {
			if !step(f, do) {
				return nil
			}
		}
	}
	return f
}

// chain is the base of the image's final stage, and the stages on top of that, in order.
func chain(i *manifest.Image) (*images.Facts, []*manifest.Stage) {
	s := i.Stages[len(i.Stages)-1]
	for _, t := range i.Stages {
		if i.Target != "" && t.Name == i.Target {
			s = t
		}
	}
	var stages []*manifest.Stage
	for {
		stages = append([]*manifest.Stage{s}, stages...)
		if len(stages) > len(i.Stages) {
			return nil, nil // a cycle, which is reported elsewhere
		}
		switch {
		case s.FromStage != nil:
			s = s.FromStage
		case s.FromDecl != nil:
			return facts(s.FromDecl), stages
		default:
			return images.Lookup(s.From), stages
		}
	}
}

// step changes the facts as a step of the final stage changes the image; false if the change can't be
// determined.
func step(f *images.Facts, do manifest.Instruction) bool {
	switch do := do.(type) {
	case *manifest.RunInstruction:
		if do.Command != nil && strings.Contains(do.Command.Shell+" "+strings.Join(do.Command.Exec, " "), "setcap") {
			return false
		}
	case *manifest.UserInstruction:
		name, _, _ := strings.Cut(do.User, ":")
		root := name == "0" || name == "root"
		f.User, f.StartsAsRoot, f.Becomes, f.Capabilities = &do.User, &root, becomes(do.User), nil
		f.Unverified.BecomesUID = ""
		f.RunsWithUser = nil
		if root {
			f.Capabilities = &images.Capabilities{Basis: images.NotDerived}
			f.Becomes = nil
		}
	case *manifest.EntrypointInstruction:
		replaced(f, do.Command)
		f.Entrypoint, f.Cmd = words(do.Command), nil
	case *manifest.CmdInstruction:
		if first := firstWord(do.Command); len(f.Entrypoint) == 0 || first != firstOf(f.Cmd) && !strings.HasPrefix(first, "-") {
			replaced(f, do.Command)
		}
		f.Cmd = words(do.Command)
	case *manifest.StopSignalInstruction:
		f.StopSignal = do.Signal
	case *manifest.VolumeInstruction:
		for _, p := range do.Paths {
			f.Volumes = append(slices.Clone(f.Volumes), images.Volume{Declared: true, Path: p})
		}
	case *manifest.PackagesInstruction, *manifest.WorkdirInstruction, *manifest.CopyInstruction, *manifest.AddInstruction,
		*manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.ShellInstruction,
		*manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
	return true
}

// replaced removes the facts about a base's program, because another program runs.
func replaced(f *images.Facts, c *manifest.Command) {
	f.ReplaceProgram()
	own := firstWord(c)
	is := !slices.Contains(inits, own[strings.LastIndexByte(own, '/')+1:]) && c != nil && c.Exec != nil
	f.InitIsRight = &is
}

func words(c *manifest.Command) []string {
	if c == nil {
		return nil
	}
	if c.Exec != nil {
		return c.Exec
	}
	return []string{"/bin/sh", "-c", c.Shell}
}

func firstWord(c *manifest.Command) string { return firstOf(words(c)) }

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
