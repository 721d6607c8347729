package rules

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var missingInside = diag.Warning("OG830", "Tool that the image doesn't have",
	"A command that runs inside a container finds what its image has, not what the host has: Debian's slim images have neither ping nor curl nor netstat, an image made from scratch has not even a shell. This is asked only of images whose last stage starts from Debian, Ubuntu, Alpine, distroless or scratch, where the contents are known. Install the package in the image, or ask from outside.")

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

// family is what an image's last stage starts from, as far as its contents
// are known: debian, alpine, empty; "" for all else.
func family(i *manifest.Image) (string, []*manifest.Stage) {
	ref, stages := origin(i)
	return familyOf(ref), stages
}

// origin is the foreign image that an image is or is built from, and the
// stages in between, the last one first; "" where that isn't known.
func origin(i *manifest.Image) (string, []*manifest.Stage) {
	var stages []*manifest.Stage
	for depth := 0; i != nil && depth < 100; depth++ {
		if len(i.Stages) == 0 {
			return i.Pull, stages
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
					return s.From, stages
				}
				i = s.FromDecl
			}
		}
	}
	return "", nil
}

func familyOf(ref string) string {
	if ref == "scratch" || strings.Contains(ref, "/distroless/static") || strings.Contains(ref, "/distroless/base") || strings.Contains(ref, "/distroless/cc") {
		return "empty"
	}
	switch official(ref) {
	case "debian", "ubuntu":
		return "debian"
	case "alpine":
		return "alpine"
	}
	return ""
}

// official is a repository as the official images and Docker Hub write it.
func official(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(repository(ref), "docker.io/"), "library/")
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
	kind, stages := family(i)
	if kind == "" {
		return false
	}
	known, ok := brought[tool]
	if kind == "empty" {
		if ok = ok || everywhere[tool]; !ok {
			return false
		}
	} else if !ok || kind == "alpine" && known.alpine || kind == "debian" && tool == "bash" {
		return false
	}
	for _, s := range stages {
		for _, do := range s.Steps {
			if brings(do, tool, known.packages) {
				return false
			}
		}
	}
	return true
}

// brings says whether a step may bring a program.
func brings(do *manifest.Instruction, tool string, packages []string) bool {
	switch do.Kind {
	case "packages":
		if do.Packages == nil {
			return true
		}
		for _, n := range do.Packages.Names {
			for _, p := range packages {
				if strings.HasPrefix(n, p) {
					return true
				}
			}
		}
	case "run":
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
	case "add":
		return true
	case "copy":
		for _, s := range append([]string{do.Dest}, do.Src...) {
			base := s[strings.LastIndexByte(s, '/')+1:]
			if base == tool || base == "busybox" || base == "busybox-static" {
				return true
			}
		}
		// A whole folder of programs.
		for _, s := range do.Src {
			s = strings.TrimSuffix(s, "/")
			if s == "" || s == "." || s == "/usr" || s == "/usr/local" || strings.HasSuffix(s, "/bin") || strings.HasSuffix(s, "rootfs") {
				return true
			}
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
		w.report(missingInside, c.Pos(), tool, "`%s` would run inside %s, and %s doesn't have it. Install its package in the image, or ask from outside the container.", tool, s.Address, s.Image.Address)
	}
}

// healthTools looks for healthchecks whose programs the image doesn't have.
func healthTools(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		p := s.Healthcheck
		if p == nil || p.Disable || s.Image == nil {
			continue
		}
		missing := ""
		switch p.Kind {
		case "http":
			if lacks(s.Image, "curl") && lacks(s.Image, "wget") {
				missing = "curl or wget"
			}
		case "tcp":
			if lacks(s.Image, "bash") && lacks(s.Image, "nc") {
				missing = "bash or nc"
			}
		case "sql":
			if lacks(s.Image, "psql") {
				missing = "psql"
			}
		case "command":
			if len(p.Exec) > 0 && !strings.Contains(p.Exec[0], "/") && lacks(s.Image, p.Exec[0]) {
				missing = p.Exec[0]
			}
		case "shell":
			if words := strings.Fields(p.Shell); len(words) > 0 && !strings.Contains(words[0], "/") && lacks(s.Image, words[0]) {
				missing = words[0]
			}
		}
		if missing != "" {
			diags = append(diags, missingInside.At(p.Range, "The healthcheck of %s runs %s inside the container, and %s doesn't have it, so that the service never becomes healthy. Install the package in the image's last stage, or let the program itself be asked by `command`.", s.Address, missing, s.Image.Address))
		}
	}
	return diags
}
