package rules

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleMissingTool = diag.Warning("OG830", "Tool missing in the image",
	"A command inside a container can only run programs of its image, not of the host: Debian's slim images have no ping, curl or netstat; an image built from scratch has no shell. shell, http, tcp and sql healthchecks require a shell too. Only images with known contents are checked: known images, images whose runtime block lists the tools, and images built from those, or from Debian, Ubuntu, Alpine, distroless or scratch, with instructions that don't install the program. Install the package in the image, or run the check from outside.")

// installable are programs that known base images lack, with the packages (or
// prefixes of their names) that install them, for Debian and Alpine.
var installable = map[string]struct {
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

// pulledImage is an image that the manifest doesn't build.
type pulledImage struct {
	ref   string
	facts *images.Facts // of the pulled image; nil: unknown
}

// origin is the pulled image that an image is or is built from, and the stages
// in between, the last one first.
func origin(i *manifest.Image) (pulledImage, []*manifest.Stage) {
	switch {
	case i == nil:
		return pulledImage{}, nil
	case len(i.Stages) == 0:
		return pulledImage{i.Assumed(), i.Facts}, nil
	}
	return chain(finalStage(i))
}

// family is the name by which it is known, whatever its version.
func (f pulledImage) family() string {
	if f.facts != nil && f.facts.Family != "" {
		return f.facts.Family
	}
	if x := images.FamilyOf(f.ref); x != nil {
		return x.Name
	}
	return ""
}

// distribution is its distribution, if known: debian, alpine, empty; ""
// otherwise.
func (f pulledImage) distribution() string {
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

// lacks reports whether an image is known not to contain a program.
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
			if brings(do, tool, installable[tool].packages) {
				return false
			}
		}
	}
	return true
}

// lacks reports whether a pulled image is known not to contain a program: by its
// facts, or by its distribution.
func (f pulledImage) lacks(tool string) bool {
	if has, known := f.facts.HasTool(tool); known {
		return !has
	}
	known, ok := installable[tool]
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

// brings reports whether an instruction may install a program.
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

// copies reports whether an instruction copies a program, by name or with a whole
// directory of programs.
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

// inside checks the command of docker exec.
func (w *walker) inside(c *syntax.CallExpr, s *manifest.Service, container string) {
	for i := range c.Args {
		if arg(c, i) != container {
			continue
		}
		name := base(arg(c, i+1))
		w.insideTool(c, s, name)
		if i+1 < len(c.Args) {
			w.insideAddress(c, s, name, c.Args[i+2:])
		}
		if (name == "sh" || name == "bash") && strings.HasPrefix(arg(c, i+2), "-") && strings.HasSuffix(arg(c, i+2), "c") {
			if f := w.parse(arg(c, i+3), name); f != nil {
				syntax.Walk(f, func(n syntax.Node) bool {
					if inner, ok := n.(*syntax.CallExpr); ok {
						w.insideTool(c, s, base(arg(inner, 0)))
						if len(inner.Args) > 0 {
							w.insideAddress(c, s, base(arg(inner, 0)), inner.Args[1:])
						}
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
		w.report(ruleMissingTool, c.Pos(), tool, "`%s` runs inside %s, but %s doesn't contain it. Install its package in the image, or run the check from outside the container.", tool, s.Address, s.Image.Address)
	}
}

// insideAddress checks the address to which a command in a container of s connects.
func (w *walker) insideAddress(c *syntax.CallExpr, s *manifest.Service, tool string, args []*syntax.Word) {
	if hasLinks(s) {
		return
	}
	var found []endpoint
	switch tool {
	case "curl", "wget":
		for _, a := range args {
			t, _ := literal(a)
			for _, e := range endpoints(t) {
				if e.url {
					found = append(found, e)
				}
			}
		}
	case "nc":
		if n := len(args); n > 1 {
			port, err := strconv.Atoi(word(args[n-1]))
			if host := word(args[n-2]); err == nil && host != "" && !strings.HasPrefix(host, "-") {
				found = append(found, endpoint{host: host, port: port, text: host + " " + strconv.Itoa(port), url: true})
			}
		}
	}
	if len(found) == 0 {
		return
	}
	ports := listening(w.names.manifest)
	for _, e := range found {
		known, ok := ports[e.host]
		switch {
		case e.host == s.Name || strings.Contains(e.host, placeholder):
		case ok && len(known) > 0 && !known[e.port]:
			w.report(ruleUnreachableAddress, c.Pos(), e.text, "`%s` in a container of %s connects to %s, but that service listens on %s there. Write ${service.NAME.host}:${service.NAME.port.PORT.container}.", tool, s.Address, e.text, list(known))
		case !ok && isBareHostname(e.host) && !w.names.aliases[e.host]:
			w.report(ruleUnreachableAddress, c.Pos(), e.text, "`%s` in a container of %s connects to %s, but no service is named %q. Write ${service.NAME.host}:${service.NAME.port.PORT.container}.", tool, s.Address, e.text, e.host)
		}
	}
}
