package service

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/image"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/scrape"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// scrapes decodes the Prometheus jobs of a service.
func (d *decoder) scrapes(b *lang.Block, s *manifest.Service) {
	blocks := b.Blocks("scrape")
	p := b.Evaluation()
	for _, sb := range blocks {
		x := &manifest.Scrape{Origin: sb.Origin(), Name: sb.Name, Job: b.Name, Service: s, Path: sb.String("path"),
			Interval: sb.Duration("interval"), Timeout: sb.Duration("timeout"), Scheme: sb.String("scheme"), Port: sb.String("port")}
		if len(blocks) > 1 {
			x.Job = b.Name + "-" + sb.Name
		}
		if x.Port == "" && !sb.Failed("port") {
			x.Port = sb.Name
		}
		if !sb.Failed("port") {
			pb := PortNamed(b, x.Port, sb, "port")
			if pb != nil && isRange(portOf(d.replicas(b)[0], pb.Name), sb, "port") {
				continue
			}
			if pb != nil && pb.String("protocol") == "udp" {
				p.Errorf(ruleScrape, sb.AttrRange("port"), "The port \"%s\" is UDP, but metrics are scraped over TCP.", x.Port)
			}
		}
		if !sb.Failed("path") && !strings.HasPrefix(x.Path, "/") {
			p.Errorf(ruleScrape, sb.AttrRange("path"), "The path %q must start with a slash.", x.Path)
		}
		if x.Interval > 0 && x.Timeout > x.Interval {
			p.Errorf(ruleScrape, sb.AttrRange("timeout"), "The timeout is longer than the interval, which Prometheus rejects.")
		}
		x.Exports = scrape.Exports(sb, ruleScrape)
		x.Relabel, x.MetricRelabel = scrape.Relabel(sb, "relabel"), scrape.Relabel(sb, "metric_relabel")
		s.Scrapes = append(s.Scrapes, x)
	}
	sort.Slice(s.Scrapes, func(i, j int) bool { return s.Scrapes[i].Name < s.Scrapes[j].Name })
}

// given is the range of a setting that can be set in a nested block and, under Compose's name, in the
// service itself.
func given(service, nested *lang.Block, key, attr string) (*lang.Block, string) {
	if nested == nil || service.Given(key) && !nested.Given(attr) {
		return service, key
	}
	if service.Given(key) {
		service.Evaluation().Errorf(ruleBothForms, nested.AttrRange(attr), "\"%s\" of the service, at %s, sets the same. Keep one of the two.", key, lang.Place(service.AttrRange(key)))
	}
	return nested, attr
}

// leastMemory is the engine's minimum, and tooLittle the error for less.
const (
	leastMemory = 6 << 20
	tooLittle   = "%d bytes is less than the 6 MB that the engine requires. Did you forget the unit, as in \"512MB\"?"
)

func resources(b *lang.Block, s *manifest.Service) {
	r := b.Block("resources")
	mb, memory := given(b, r, "mem_limit", "memory")
	cb, cpus := given(b, r, "cpus", "cpus")
	if d := core.Defaults(b.Evaluation()); d != nil && d.Block("resources") != nil {
		if !mb.Given(memory) {
			mb, memory = d.Block("resources"), "memory"
		}
		if !cb.Given(cpus) {
			cb, cpus = d.Block("resources"), "cpus"
		}
	}
	s.Memory, s.CPUs = mb.Bytes(memory), cb.Number(cpus)
	if mb.Has(memory) && !mb.Failed(memory) && s.Memory < leastMemory {
		b.Evaluation().Errorf(ruleResources, mb.AttrRange(memory), tooLittle, s.Memory)
	}
	if s.CPUs != nil && s.CPUs.Sign() <= 0 {
		b.Evaluation().Errorf(ruleResources, cb.AttrRange(cpus), "The number of processors must be greater than 0.")
	}
}

// place is the range of a Compose key: its own argument or block, or its key in `compose`.
func place(b *lang.Block, k string) hcl.Range {
	if x := b.Block(k); x != nil {
		return x.Range
	}
	if !b.Given(k) && b.Given("compose") {
		return b.AttrRange("compose")
	}
	return b.AttrRange(k)
}

func isRoot(user any) bool {
	name, _, _ := strings.Cut(fmt.Sprint(user), ":")
	return name == "0" || name == "root"
}

// weakened lists the Compose keys of a service that undo its protection.
func weakened(s *manifest.Service) (out []string) {
	last := map[string]any{}
	if s.ComposeNew != nil {
		last, _ = s.ComposeNew.Value.(map[string]any)
	}
	some := func(k string, bad func(v any) bool) {
		found := s.Compose[k] != nil && bad(s.Compose[k].Value)
		for _, i := range s.Instances {
			found = found || i.Compose[k] != nil && bad(i.Compose[k].Value)
		}
		if v, ok := last[k]; found || ok && bad(v) {
			out = append(out, k)
		}
	}
	some("privileged", func(v any) bool { return v == true || v == "true" })
	for _, k := range []string{"pid", "ipc", "userns_mode", "uts", "cgroup", "network_mode"} {
		some(k, func(v any) bool { return v == "host" })
	}
	some("cap_add", addsToDocker)
	some("security_opt", func(v any) bool {
		opts, _ := v.([]any)
		return slices.ContainsFunc(opts, func(o any) bool {
			t, _ := o.(string)
			return strings.HasSuffix(t, "unconfined") || strings.HasSuffix(t, "disable") || allowsNewPrivileges(o)
		})
	})
	// What has its own argument may still be overridden here.
	for _, k := range []string{"init", "read_only"} {
		if v, ok := last[k]; ok && v == false {
			out = append(out, k)
		}
	}
	if v, ok := last["user"]; ok && isRoot(v) {
		out = append(out, "user")
	}
	return out
}

// allowsNewPrivileges reports whether an entry of security_opt says so.
func allowsNewPrivileges(opt any) bool {
	return opt == "no-new-privileges:false" || opt == "no-new-privileges=false"
}

// addsToDocker reports whether a list of capabilities contains one that the engine doesn't grant by
// default.
func addsToDocker(caps any) bool {
	list, _ := caps.([]any)
	return slices.ContainsFunc(list, func(c any) bool {
		name := strings.TrimPrefix(strings.ToUpper(fmt.Sprint(c)), "CAP_")
		return image.KnownCapability(name) && !slices.Contains(dockerCapabilities, name)
	})
}
