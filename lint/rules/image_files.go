package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/moby/patternmatcher"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleAbsentProgram = diag.Warning("OG894", "Program that no step copies",
		"The first word of an entrypoint, a command or a healthcheck is a program of the image: a path, or a name that is looked up in the folders of PATH. If a step copies a file of that name elsewhere, or of nearly that path, the other path is probably meant; an image from scratch contains nothing but what its steps copy. The container doesn't start, or is never healthy.")
	ruleIgnoredCopy = diag.Error("OG896", "Copied file is ignored",
		"The patterns of `ignore` remove files from the build context. A step that copies one of them by name fails, because BuildKit doesn't find it. A later pattern that begins with ! brings it back.")
)

// imageFiles checks the programs that images and their services start, and the files that steps copy.
func imageFiles(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range m.Images {
		if !i.Built() || len(i.Stages) == 0 {
			continue
		}
		diags = append(diags, ignoredCopies(i)...)
		f := filesOf(i)
		for _, do := range finalStage(i).Steps {
			if e, ok := do.(*manifest.EntrypointInstruction); ok {
				diags = append(diags, f.start(e.Command, e.Of("command"), "The entrypoint of "+i.Address)...)
			}
			if c, ok := do.(*manifest.CmdInstruction); ok && !f.entered {
				diags = append(diags, f.start(c.Command, c.Of("command"), "The cmd of "+i.Address)...)
			}
		}
		for _, s := range m.Services {
			if s.Image == i {
				diags = append(diags, once(f.ofService(s))...)
			}
		}
	}
	return append(diags, flagFirst(m)...)
}

// flagFirst reports entrypoints that begin with a flag.
func flagFirst(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	report := func(c *manifest.Command, who string) {
		if c != nil && len(c.Exec) > 0 && strings.HasPrefix(c.Exec[0], "-") {
			diags = append(diags, ruleAbsentProgram.At(c.Range, "The entrypoint of %s begins with %q, but its first word is the program that is started: the container doesn't start. Write the program first, such as [\"sh\", %s].", who, c.Exec[0], quoted(c.Exec[:1])))
		}
	}
	for _, s := range m.Services {
		if s.ComposeKey("entrypoint") == nil && len(s.Instances) > 0 {
			report(s.Instances[0].Entrypoint, s.Address)
		}
	}
	for _, i := range m.Images {
		if last := finalStage(i); last != nil {
			for _, do := range last.Steps {
				if e, ok := do.(*manifest.EntrypointInstruction); ok {
					report(e.Command, i.Address)
				}
			}
		}
	}
	return diags
}

// files are what is known about the files of a built image.
type files struct {
	from    pulledImage
	exact   []string // paths of copied files, or of copied folders
	folders []string // that are copied with whatever they contain
	scripts string   // of the run steps
	names   []string // of packages
	dir     string   // the last workdir
	path    bool     // PATH is set
	entered bool     // a step sets an entrypoint
	opaque  bool     // steps may install anything
}

func filesOf(i *manifest.Image) *files {
	from, stages := origin(i)
	f := &files{from: from, dir: "/"}
	for n := len(stages) - 1; n >= 0; n-- {
		for _, do := range stages[n].Steps {
			f.add(do)
		}
	}
	return f
}

func (f *files) add(do manifest.Instruction) {
	switch do := do.(type) {
	case *manifest.CopyInstruction:
		f.copied(do.Transfer)
	case *manifest.AddInstruction:
		f.copied(do.Transfer)
		f.folders = append(f.folders, f.at(do.Dest)) // an archive is unpacked
	case *manifest.RunInstruction:
		script := runText(do)
		f.scripts += script + "\n"
		for _, opaque := range []string{"pip ", "pip3 ", "npm ", "yarn ", "pnpm ", "make", ".sh", "install.", "gem ", "bundle", "composer", "dpkg -i", "rpm ", "curl ", "wget ", "tar ", "unzip", "ln "} {
			f.opaque = f.opaque || strings.Contains(script, opaque)
		}
	case *manifest.PackagesInstruction:
		f.names = append(f.names, do.Names...)
		f.opaque = f.opaque || do.Manager == manifest.NPM || do.Manager == manifest.PIP
	case *manifest.WorkdirInstruction:
		f.dir = f.at(do.Path)
	case *manifest.EnvInstruction:
		f.path = f.path || slices.ContainsFunc(do.Values, func(kv manifest.KeyValue) bool { return kv.Key == "PATH" })
	case *manifest.EntrypointInstruction:
		f.entered = true
	case *manifest.UserInstruction, *manifest.CmdInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction,
		*manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
}

// at is the absolute form of a path in the image.
func (f *files) at(p string) string {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p)
	}
	return path.Join(f.dir, p)
}

func (f *files) copied(t manifest.Transfer) {
	dest := f.at(t.Dest)
	into := strings.HasSuffix(t.Dest, "/") || t.Dest == "." || len(t.Src) > 1
	for _, s := range t.Src {
		switch name := base(strings.TrimSuffix(s, "/")); {
		case name == "" || name == "." || name == ".." || strings.HasSuffix(s, "/") || strings.ContainsAny(s, "*?[$"):
			f.folders = append(f.folders, dest)
		case into:
			f.exact = append(f.exact, path.Join(dest, name))
		default:
			f.exact = append(f.exact, dest)
		}
	}
}

// has reports whether a step may provide a path; certain is false if only a folder of unknown content does.
func (f *files) has(p string) bool {
	if slices.Contains(f.exact, p) || strings.Contains(f.scripts, base(p)) || slices.ContainsFunc(f.names, func(n string) bool { return strings.HasPrefix(n, base(p)) || strings.HasPrefix(base(p), n) }) {
		return true
	}
	return slices.ContainsFunc(f.folders, func(d string) bool { return d == "/" || p == d || strings.HasPrefix(p, d+"/") })
}

// plain reports whether the base image has no programs but those of its distribution.
func (f *files) plain() bool {
	return slices.Contains([]string{"scratch", "distroless", "debian", "ubuntu", "alpine"}, f.from.family())
}

// start checks the first word of a command.
func (f *files) start(c *manifest.Command, at hcl.Range, who string) hcl.Diagnostics {
	if c == nil || len(c.Exec) == 0 || strings.HasPrefix(c.Exec[0], "-") || strings.ContainsAny(c.Exec[0], "$"+placeholder) {
		return nil
	}
	word := c.Exec[0]
	if !strings.Contains(word, "/") {
		return f.named(word, at, who)
	}
	p := f.at(word)
	if d := f.absent(p, at, who, word); d != nil {
		return hcl.Diagnostics{d}
	}
	return nil
}

// absent reports a path that no step provides; nil if one may.
func (f *files) absent(p string, at hcl.Range, who, word string) *hcl.Diagnostic {
	if f.has(p) {
		return nil
	}
	if near := text.Slip(p, f.exact); near != "" {
		return ruleAbsentProgram.At(at, "%s starts %s, but a step copies a file to %s. Write that path.", who, word, near)
	}
	if !f.plain() || f.opaque {
		return nil
	}
	for _, x := range f.exact {
		if base(x) == base(p) {
			return ruleAbsentProgram.At(at, "%s starts %s, but a step copies %s to %s. Write that path.", who, p, base(p), x)
		}
	}
	// A copied folder may contain it.
	if f.from.distribution() == "empty" && f.from.lacks("sh") && !slices.ContainsFunc(f.exact, func(x string) bool {
		return x == "/" || strings.HasPrefix(p, path.Dir(x)+"/") || path.Dir(x) == "/" && path.Dir(p) == "/" && path.Ext(x) == ""
	}) {
		return ruleAbsentProgram.At(at, "%s starts %s, but %s contains no such program, and no step copies one.", who, p, f.from.ref)
	}
	return nil
}

// inPath are the folders of PATH, unless an image sets it.
var inPath = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// named checks a program without a path.
func (f *files) named(name string, at hcl.Range, who string) hcl.Diagnostics {
	if f.path || f.opaque || !f.plain() || slices.ContainsFunc(inPath, func(d string) bool { return f.has(path.Join(d, name)) }) {
		return nil
	}
	for _, x := range f.exact {
		if base(x) == name {
			return hcl.Diagnostics{ruleAbsentProgram.At(at, "%s starts %s, which is looked up in the folders of PATH, but a step copies it to %s. Write that path.", who, name, x)}
		}
	}
	return nil
}

// ofService checks what a service of the image starts.
func (f *files) ofService(s *manifest.Service) (diags hcl.Diagnostics) {
	for _, i := range s.Instances {
		if c := i.Entrypoint; c != nil && len(c.Exec) > 0 && !i.MountsUnder([]string{f.at(c.Exec[0])}) {
			diags = append(diags, f.start(c, c.Range, "The entrypoint of "+s.Address)...)
		}
		if c := i.Command; c != nil && i.Entrypoint == nil && !f.entered && f.from.facts != nil && len(f.from.facts.Entrypoint) == 0 && len(c.Exec) > 0 && !i.MountsUnder([]string{f.at(c.Exec[0])}) {
			diags = append(diags, f.start(c, c.Range, "The command of "+s.Address)...)
		}
		if h := s.Healthcheck; h != nil && !h.Disable {
			if t, ok := h.Test.(*manifest.CommandTest); ok && len(t.Exec) > 0 && strings.Contains(t.Exec[0], "/") && !i.MountsUnder([]string{f.at(t.Exec[0])}) {
				diags = append(diags, f.start(&manifest.Command{Exec: t.Exec}, h.At.Of("command", h.Range), "The healthcheck of "+s.Address)...)
			}
		}
	}
	return diags
}

// ignoredCopies reports steps that copy by name what the image's own patterns remove from the context.
func ignoredCopies(i *manifest.Image) (diags hcl.Diagnostics) {
	if len(i.Ignore) == 0 {
		return nil
	}
	patterns, err := patternmatcher.New(i.Ignore)
	if err != nil {
		return nil
	}
	for _, s := range i.Stages {
		for _, do := range s.Steps {
			var sources []string
			if c, ok := do.(*manifest.CopyInstruction); ok && c.FromStage == nil && c.FromImage == "" {
				sources = c.Src
			}
			if a, ok := do.(*manifest.AddInstruction); ok {
				sources = a.Src
			}
			for _, src := range sources {
				p := path.Clean(strings.TrimPrefix(src, "/"))
				if p == "." || strings.Contains(src, "://") || strings.ContainsAny(src, "*?[$@") || readmits(i.Ignore, p) {
					continue
				}
				if gone, err := patterns.MatchesOrParentMatches(p); err == nil && gone {
					diags = append(diags, ruleIgnoredCopy.At(do.Where().Of("src"), "The step copies %q, but `ignore` of %s removes it from the build context: the build fails. Add the pattern \"!%s\" at the end of `ignore`, or remove the one that excludes it.", src, i.Address, p))
				}
			}
		}
	}
	return diags
}

// readmits reports whether a pattern brings back a file below a path.
func readmits(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(x string) bool {
		return strings.HasPrefix(x, "!") && strings.HasPrefix(strings.TrimPrefix(x, "!"), p)
	})
}
