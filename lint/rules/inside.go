package rules

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleMissingInside = diag.Warning("OG830", "Tool that the image doesn't have",
	"A command that runs inside a container finds what its image has, not what the host has: Debian's slim images have neither ping nor curl nor netstat, an image made from scratch has not even a shell. A probe by shell, http, tcp or sql needs a shell too. This is asked only of images whose contents are known: those that the facts name, those whose runtime block states its tools, and those that are built from one of them, from Debian, Ubuntu, Alpine, distroless or scratch, by steps that don't bring the program. Install the package in the image, or ask from outside.")

// brought are the programs that the bases of the known families lack, with
// the packages that bring them (a prefix is enough), for Debian and Alpine.
var brought = map[string]struct {
	packages []string
	alpine   bool // Alpine's busybox has it
}{
	"curl":       {[]string{"curl"}, false},
	"wget":       {[]string{"wget"}, true},
	"nc":         {[]string{"netcat", "ncat", "nmap"}, true},
	"netcat":     {[]string{"netcat"}, false},
	"ping":       {[]string{"iputils", "inetutils-ping"}, true},
	"netstat":    {[]string{"net-tools"}, true},
	"ifconfig":   {[]string{"net-tools"}, true},
	"ps":         {[]string{"procps"}, true},
	"top":        {[]string{"procps"}, true},
	"pgrep":      {[]string{"procps"}, true},
	"ss":         {[]string{"iproute2"}, false},
	"ip":         {[]string{"iproute2"}, true},
	"dig":        {[]string{"dnsutils", "bind9-dnsutils", "bind-tools"}, false},
	"nslookup":   {[]string{"dnsutils", "bind9-dnsutils", "bind-tools"}, true},
	"jq":         {[]string{"jq"}, false},
	"psql":       {[]string{"postgresql"}, false},
	"pg_isready": {[]string{"postgresql"}, false},
	"python3":    {[]string{"python3"}, false},
	"lsof":       {[]string{"lsof"}, true},
	"telnet":     {[]string{"telnet", "inetutils-telnet", "busybox-extras"}, false},
	"redis-cli":  {[]string{"redis"}, false},
	"git":        {[]string{"git"}, false},
	"less":       {[]string{"less"}, true},
	"vi":         {[]string{"vim", "nvi"}, true},
	"bash":       {[]string{"bash"}, false},
}

// foreign is an image that isn't made here.
type foreign struct {
	ref   string
	facts *images.Facts // of the image as it is pulled; nil: unknown
}

// origin is the foreign image that an image is or is built from, and the
// stages in between, the last one first.
func origin(i *manifest.Image) (foreign, []*manifest.Stage) {
	var stages []*manifest.Stage
	for depth := 0; i != nil && depth < 100; depth++ {
		if len(i.Stages) == 0 {
			return foreign{i.Pull, i.Facts}, stages
		}
		s := i.Stages[len(i.Stages)-1]
		for _, t := range i.Stages {
			if i.Target != "" && t.Name == i.Target {
				s = t
			}
		}
		for ; s != nil; s = s.FromStage {
			stages = append(stages, s)
			if s.FromStage == nil {
				if s.FromDecl == nil {
					return foreign{s.From, images.Lookup(s.From)}, stages
				}
				i = s.FromDecl
			}
		}
	}
	return foreign{}, nil
}

// family is the name of what it is known as, in whatever version.
func (f foreign) family() string {
	if f.facts != nil && f.facts.Family != "" {
		return f.facts.Family
	}
	if x := images.FamilyOf(f.ref); x != nil {
		return x.Name
	}
	return ""
}

// distribution is what it consists of, as far as that is known: debian,
// alpine, empty; "" for all else.
func (f foreign) distribution() string {
	switch f.family() {
	case "debian", "ubuntu":
		return "debian"
	case "alpine":
		return "alpine"
	case "scratch":
		return "empty"
	case "distroless":
		for _, of := range []string{"static", "base", "cc"} {
			if name := base(repository(f.ref)); name == of || strings.HasPrefix(name, of+"-") {
				return "empty"
			}
		}
	}
	return ""
}

// repository is the reference without tag and digest.
func repository(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		ref = ref[:i]
	}
	return ref
}

// lacks says whether an image is known not to have a program.
func lacks(i *manifest.Image, tool string) bool {
	if r := i.Runtime; r != nil && (r.ToolsGiven || r.Shell != nil && tool == "sh") {
		has, known := i.Facts.HasTool(tool)
		return known && !has
	}
	from, stages := origin(i)
	if !from.lacks(tool) {
		return false
	}
	for _, s := range stages {
		for _, do := range s.Steps {
			if brings(do, tool, brought[tool].packages) {
				return false
			}
		}
	}
	return true
}

// lacks says whether a foreign image is known not to have a program: by its
// facts, or by the distribution that it is.
func (f foreign) lacks(tool string) bool {
	if has, known := f.facts.HasTool(tool); known {
		return !has
	}
	known, ok := brought[tool]
	switch f.distribution() {
	case "empty":
		return ok || everywhere[tool]
	case "alpine":
		return ok && !known.alpine
	case "debian":
		return ok && tool != "bash"
	}
	return false
}

// brings says whether a step may bring a program.
func brings(do manifest.Instruction, tool string, packages []string) bool {
	switch do := do.(type) {
	case *manifest.PackagesInstruction:
		return slices.ContainsFunc(do.Names, func(name string) bool {
			return slices.ContainsFunc(packages, func(p string) bool { return strings.HasPrefix(name, p) })
		})
	case *manifest.RunInstruction:
		if do.Command == nil {
			return true
		}
		text := do.Command.Shell + " " + strings.Join(do.Command.Exec, " ")
		for _, p := range append([]string{tool}, packages...) {
			if strings.Contains(text, p) {
				return true
			}
		}
		return strings.Contains(text, "curl ") || strings.Contains(text, "tar ") || strings.Contains(text, ".sh")
	case *manifest.AddInstruction:
		return true
	case *manifest.CopyInstruction:
		return copies(do, tool)
	case *manifest.WorkdirInstruction, *manifest.UserInstruction, *manifest.EntrypointInstruction, *manifest.CmdInstruction,
		*manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction,
		*manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
	}
	return false
}

// copies says whether a step copies a program, by its name or with a whole folder
// of programs.
func copies(do *manifest.CopyInstruction, tool string) bool {
	for _, s := range append([]string{do.Dest}, do.Src...) {
		base := s[strings.LastIndexByte(s, '/')+1:]
		if base == tool || base == "busybox" || base == "busybox-static" {
			return true
		}
	}
	for _, s := range do.Src {
		s = strings.TrimSuffix(s, "/")
		if s == "" || s == "." || s == "/usr" || s == "/usr/local" || strings.HasSuffix(s, "/bin") || strings.HasSuffix(s, "rootfs") {
			return true
		}
	}
	return false
}

// inside looks at the command of docker exec.
func (w *walker) inside(c *syntax.CallExpr, s *manifest.Service, container string) {
	for i := range c.Args {
		if arg(c, i) != container {
			continue
		}
		name := base(arg(c, i+1))
		w.insideTool(c, s, name)
		if (name == "sh" || name == "bash") && strings.HasPrefix(arg(c, i+2), "-") && strings.HasSuffix(arg(c, i+2), "c") {
			if f := w.parse(arg(c, i+3), name); f != nil {
				syntax.Walk(f, func(n syntax.Node) bool {
					if inner, ok := n.(*syntax.CallExpr); ok {
						w.insideTool(c, s, base(arg(inner, 0)))
					}
					return true
				})
			}
		}
		return
	}
}

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func (w *walker) insideTool(c *syntax.CallExpr, s *manifest.Service, tool string) {
	if tool != "" && s.Image != nil && lacks(s.Image, tool) {
		w.report(ruleMissingInside, c.Pos(), tool, "`%s` would run inside %s, and %s doesn't have it. Install its package in the image, or ask from outside the container.", tool, s.Address, s.Image.Address)
	}
}
