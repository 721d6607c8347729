package service

import (
	"slices"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// The interval of a test from the facts. A first start may create a whole database, during which
// failures don't count.
const (
	readyInterval = 10 * time.Second
	readyTimeout  = readyInterval
	readyRetries  = 6
	readyStart    = 2 * time.Minute
)

// databaseGrace is how long a server of a database block may take to stop.
const databaseGrace = time.Minute

// readiness gives a service without a healthcheck that of its image, or the one from the facts.
func readiness(b *lang.Block, s *manifest.Service) {
	if s.Healthcheck != nil || b.Block("healthcheck") != nil || s.Image == nil || s.Image.Facts == nil || s.Oneshot {
		return
	}
	if s.ComposeKey("healthcheck") != nil || s.ComposeKey("environment") != nil || s.ComposeKey("command") != nil || s.ComposeKey("entrypoint") != nil {
		return
	}
	f := s.Running()
	if f.Healthcheck != nil {
		s.Healthcheck = &manifest.Healthcheck{Origin: s.Image.Origin, Test: &manifest.ImageTest{}, Derived: true, StartPeriod: readyStart}
		return
	}
	for _, r := range f.Readiness {
		if r.ByItself && applies(r, f, s) {
			s.Healthcheck = &manifest.Healthcheck{Origin: s.Image.Origin, Test: &manifest.ShellTest{Script: r.Cmd}, Derived: true,
				Interval: readyInterval, Timeout: readyTimeout, Retries: readyRetries, StartPeriod: readyStart}
			if has, known := f.HasTool("sh"); known && !has {
				s.Healthcheck.Test = &manifest.CommandTest{Exec: strings.Fields(r.Cmd)}
			}
			return
		}
	}
}

// applies reports whether a readiness command still checks where the server listens: nothing moves its
// port, and its requirements are met.
func applies(r images.Readiness, f *images.Facts, s *manifest.Service) bool {
	settings := r.NotWith
	if settings == nil {
		settings = f.ListenSettings
	}
	for _, i := range s.Instances {
		c := i.Command
		if c == nil {
			c = &manifest.Command{Exec: f.Cmd}
		}
		if r.CommandHas != "" && !c.HasFlag(r.CommandHas) {
			return false
		}
	}
	return s.Keeps(f, settings)
}

// grace gives databases time for a checkpoint.
func grace(m *manifest.Manifest, s *manifest.Service) {
	if s.Image != nil && s.Image.Facts != nil {
		if g := s.Running().StopGrace; g != nil {
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
	names := s.Running().SecretNameEnv
	for _, i := range s.Instances {
		for n := range i.SecretEnv {
			i.SecretEnv[n].ByName = slices.Contains(names, i.SecretEnv[n].Name)
		}
	}
}
