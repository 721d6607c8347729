package service

import (
	"slices"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// A probe from the facts is asked this often. A first start may make a whole
// database, in which time failures don't count.
const (
	readyInterval = 10 * time.Second
	readyTimeout  = readyInterval
	readyRetries  = 6
	readyStart    = 2 * time.Minute
)

// databaseGrace is how long a server of a database block may take to stop.
const databaseGrace = time.Minute

// readiness gives a service without a healthcheck that of its image, or the one
// that its facts name.
func readiness(b *lang.Block, s *manifest.Service) {
	if s.Healthcheck != nil || b.Block("healthcheck") != nil || s.Image == nil || s.Image.Facts == nil || s.Oneshot {
		return
	}
	if composeKey(s, "healthcheck") != nil || composeKey(s, "environment") != nil || composeKey(s, "command") != nil || composeKey(s, "entrypoint") != nil {
		return
	}
	f := effective(s)
	if f.Healthcheck != nil {
		s.Healthcheck = &manifest.Probe{Origin: s.Image.Origin, Kind: "image", Derived: true, StartPeriod: readyStart}
		return
	}
	for _, r := range f.Readiness {
		if r.ByItself && applies(r, f, s) {
			s.Healthcheck = &manifest.Probe{Origin: s.Image.Origin, Kind: "shell", Shell: r.Cmd, Derived: true,
				Interval: readyInterval, Timeout: readyTimeout, Retries: readyRetries, StartPeriod: readyStart}
			if has, known := f.HasTool("sh"); known && !has {
				s.Healthcheck.Kind, s.Healthcheck.Shell, s.Healthcheck.Exec = "command", "", strings.Fields(r.Cmd)
			}
			return
		}
	}
}

// applies reports whether a readiness command still asks where the server
// listens: nothing moves its port, and what it needs is given.
func applies(r images.Readiness, f *images.Facts, s *manifest.Service) bool {
	settings := r.NotWith
	if settings == nil {
		settings = f.ListenSettings
	}
	for _, i := range s.Instances {
		words := commandWords(i.Command)
		if i.Command == nil {
			words = f.Cmd
		}
		if r.CommandHas != "" && !hasFlag(words, r.CommandHas) {
			return false
		}
		for _, setting := range settings {
			switch {
			case strings.HasPrefix(setting, "-"):
				if setsPort(words, setting) {
					return false
				}
			case strings.Contains(setting, " in ") || strings.Contains(setting, "the Caddyfile"):
				if mountsUnder(i, f.ConfigPaths) {
					return false
				}
			default:
				name, _, _ := strings.Cut(setting, "=")
				for _, e := range i.Env {
					if e.Name == name {
						return false
					}
				}
			}
		}
	}
	return composeKey(s, "network_mode") == nil && composeKey(s, "env_file") == nil
}

// mountsUnder reports whether something is mounted at, below or above one of
// the paths.
func mountsUnder(i *manifest.Instance, paths []string) bool {
	for _, m := range i.Mounts {
		for _, p := range paths {
			if m.Target == p || strings.HasPrefix(p, m.Target+"/") || strings.HasPrefix(m.Target, p+"/") {
				return true
			}
		}
	}
	return false
}

func commandWords(c *manifest.Command) []string {
	switch {
	case c == nil:
		return nil
	case c.Exec != nil:
		return c.Exec
	}
	return strings.Fields(c.Shell)
}

// setsPort reports whether words hold a flag that moves the port: `--port`,
// `--port=`, `-p`, or `-c port=`.
func setsPort(words []string, setting string) bool {
	flag, value, two := strings.Cut(setting, " ")
	flag = strings.TrimRight(flag, "=")
	if !two {
		return hasFlag(words, flag) || len(flag) == 2 && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, flag) })
	}
	for i, w := range words {
		if w == flag && i+1 < len(words) && strings.HasPrefix(words[i+1], value) || strings.HasPrefix(w, flag+value) {
			return true
		}
	}
	return false
}

// hasFlag reports whether a flag stands among the words, alone or with a value.
// Programs in Go take long flags with one dash or two, and some in any case.
func hasFlag(words []string, flag string) bool {
	for _, w := range words {
		w, _, _ = strings.Cut(w, "=")
		if w == flag || len(flag) > 2 && strings.HasPrefix(w, "-") && strings.EqualFold(strings.TrimLeft(w, "-"), strings.TrimLeft(flag, "-")) {
			return true
		}
	}
	return false
}

// grace gives databases the time that a checkpoint takes.
func grace(m *manifest.Manifest, s *manifest.Service) {
	if s.Image != nil && s.Image.Facts != nil {
		if g := effective(s).StopGrace; g != nil {
			s.StopGrace = g.Duration()
		}
	}
	for _, d := range m.Databases {
		if d.Service == s {
			s.StopGrace = max(s.StopGrace, databaseGrace)
		}
	}
}

// secretNames marks the variables that take the name of a file in /run/secrets,
// not its path.
func secretNames(s *manifest.Service) {
	if s.Image == nil || s.Image.Facts == nil {
		return
	}
	names := effective(s).SecretNameEnv
	for _, i := range s.Instances {
		for n := range i.SecretEnv {
			i.SecretEnv[n].ByName = slices.Contains(names, i.SecretEnv[n].Name)
		}
	}
}
