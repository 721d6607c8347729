package manifest

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
)

// Running is the facts about the program that a service's containers run: those of its image with the
// service's entrypoint and command. nil if there are no facts about the image.
func (s *Service) Running() *images.Facts {
	if s.Image == nil || s.Image.Facts == nil {
		return nil
	}
	f := s.Image.Facts
	replaced := s.ComposeKey("entrypoint") != nil || s.ComposeKey("command") != nil
	for _, i := range s.Instances {
		if replaced || i.Entrypoint != nil || i.Command != nil && otherProgram(f, i.Command) {
			f = f.Clone()
			f.ReplaceProgram()
			return f
		}
	}
	return f
}

// otherProgram reports whether a command runs another program than the image's. Flags, and arguments
// of an entrypoint that is the program, don't.
func otherProgram(f *images.Facts, c *Command) bool {
	words := c.Words()
	if len(words) == 0 || strings.HasPrefix(words[0], "-") || slices.Contains(f.Subcommands, words[0]) {
		return false
	}
	if len(f.Cmd) == 0 || strings.HasPrefix(f.Cmd[0], "-") {
		return len(f.Entrypoint) == 0
	}
	if path.Base(words[0]) == path.Base(f.Cmd[0]) {
		return false
	}
	if len(f.Entrypoint) == 0 {
		return true
	}
	last := path.Base(f.Entrypoint[len(f.Entrypoint)-1])
	return strings.Contains(last, "entrypoint") || last == "--" || last == "tini" || last == "dumb-init"
}

// ComposeKey is the resulting value of a Compose key of the service: `compose = {…}` is merged last,
// and replicas have the first one's. nil if it isn't set.
func (s *Service) ComposeKey(key string) any {
	if s.ComposeNew != nil {
		m, _ := s.ComposeNew.Value.(map[string]any)
		if v, ok := m[key]; ok {
			return joined(s.ownKey(key), v)
		}
	}
	return s.ownKey(key)
}

// ownKey is the value of a Compose key that has its own argument.
func (s *Service) ownKey(key string) any {
	if len(s.Instances) > 0 {
		if x := s.Instances[0].Compose[key]; x != nil {
			return x.Value
		}
	}
	if x := s.Compose[key]; x != nil {
		return x.Value
	}
	return nil
}

// joined is a list with another one after it, and any other value replaced by the second.
func joined(under, over any) any {
	u, ok := under.([]any)
	o, ok2 := over.([]any)
	if !ok || !ok2 {
		return over
	}
	return slices.Concat(u, o)
}

// Words are those of the command, nil if it is nil.
func (c *Command) Words() []string {
	switch {
	case c == nil:
		return nil
	case c.Exec != nil:
		return c.Exec
	}
	return strings.Fields(c.Shell)
}

// HasFlag reports whether a flag is among the words, alone or with a value. Go programs accept long
// flags with one dash or two, and some in any case.
func (c *Command) HasFlag(flag string) bool {
	return slices.ContainsFunc(c.Words(), func(w string) bool {
		w, _, _ = strings.Cut(w, "=")
		return w == flag || len(flag) > 2 && strings.HasPrefix(w, "-") && strings.EqualFold(strings.TrimLeft(w, "-"), strings.TrimLeft(flag, "-"))
	})
}

// SetsFlag reports whether the command contains a flag in the format of the facts: `--port`,
// `--port=`, `-p`, or `-c port=`.
func (c *Command) SetsFlag(setting string) bool {
	words := c.Words()
	flag, value, two := strings.Cut(setting, " ")
	flag = strings.TrimRight(flag, "=")
	if !two {
		return c.HasFlag(flag) || len(flag) == 2 && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, flag) })
	}
	for i, w := range words {
		if w == flag && i+1 < len(words) && strings.HasPrefix(words[i+1], value) || strings.HasPrefix(w, flag+value) {
			return true
		}
	}
	return false
}

// Keeps reports whether a service's containers have none of the settings, which are in the form of
// ListenSettings. Without a command, the default words of the image count.
func (s *Service) Keeps(f *images.Facts, settings []string) bool {
	for _, i := range s.Instances {
		c := i.Command
		if c == nil {
			c = &Command{Exec: f.Cmd}
		}
		for _, setting := range settings {
			switch {
			case strings.HasPrefix(setting, "-"):
				if c.SetsFlag(setting) {
					return false
				}
			case strings.Contains(setting, " in ") || strings.Contains(setting, "the Caddyfile"):
				if i.MountsUnder(f.ConfigPaths) {
					return false
				}
			default:
				name, _, _ := strings.Cut(setting, "=")
				if i.Sets(name) {
					return false
				}
			}
		}
	}
	return s.ComposeKey("network_mode") == nil && s.ComposeKey("env_file") == nil
}

// OnHost reports whether the port is published on the host.
func (p *Port) OnHost() bool { return p.Host != 0 || p.Free }

// Covers reports whether it is, or a range has, that container port.
func (p *Port) Covers(container int) bool {
	return p.Container == container || p.Container < container && container <= p.Last
}

// Numbers is the container port as Compose writes it, such as 80 or 8000-8010.
func (p *Port) Numbers() string {
	if p.Last == 0 {
		return strconv.Itoa(p.Container)
	}
	return strconv.Itoa(p.Container) + "-" + strconv.Itoa(p.Last)
}

// Each lists the ports of a range as ports of their own, named NAME-NUMBER by the
// container port; a single port is itself.
func (p *Port) Each() []*Port {
	if p.Last == 0 {
		return []*Port{p}
	}
	var out []*Port
	for n := p.Container; n <= p.Last; n++ {
		one := *p
		one.Name, one.Container, one.Last = p.Name+"-"+strconv.Itoa(n), n, 0
		if p.Host != 0 {
			one.Host = p.Host + n - p.Container
		}
		out = append(out, &one)
	}
	return out
}

// Port is the port of that name, nil if there is none.
func (i *Instance) Port(name string) *Port {
	for _, p := range i.Ports {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Sets reports whether a variable is set by env.
func (i *Instance) Sets(name string) bool {
	return slices.ContainsFunc(i.Env, func(e EnvVar) bool { return e.Name == name })
}

// MountsUnder reports whether something is mounted at, below or above one of
// the paths.
func (i *Instance) MountsUnder(paths []string) bool {
	for _, m := range i.Mounts {
		for _, p := range paths {
			if m.Target == p || strings.HasPrefix(p, m.Target+"/") || strings.HasPrefix(m.Target, p+"/") {
				return true
			}
		}
	}
	return false
}
