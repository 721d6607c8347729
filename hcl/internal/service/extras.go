package service

import (
	"slices"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// scrapes decodes the Prometheus jobs of a service.
func scrapes(b *lang.Block, s *manifest.Service) {
	blocks := b.Blocks("scrape")
	p := b.Program()
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
			if pb != nil && pb.String("protocol") == "udp" {
				p.Errorf(ruleScrape, sb.AttrRange("port"), "The port \"%s\" is UDP; metrics are read over TCP.", x.Port)
			}
		}
		if !sb.Failed("path") && !strings.HasPrefix(x.Path, "/") {
			p.Errorf(ruleScrape, sb.AttrRange("path"), "The path %q doesn't begin with a slash.", x.Path)
		}
		if x.Interval > 0 && x.Timeout > x.Interval {
			p.Errorf(ruleScrape, sb.AttrRange("timeout"), "The timeout is longer than the interval, which Prometheus refuses.")
		}
		for _, kv := range sb.StringMap("exports") {
			if !metricName(kv.Key) {
				p.Errorf(ruleScrape, kv.Range, "%q is no name of a metric: letters, digits, underscores and colons, not beginning with a digit.", kv.Key)
				continue
			}
			if types := []string{"counter", "gauge", "histogram", "summary", "untyped"}; !slices.Contains(types, kv.Value) {
				hint := ""
				if s := p.Suggest(kv.Value, types); s != "" {
					hint = " Did you mean \"" + s + "\"?"
				}
				p.Errorf(ruleScrape, kv.Range, "%q is no type of a metric: give counter, gauge, histogram, summary or untyped.%s", kv.Value, hint)
				continue
			}
			x.Exports = append(x.Exports, manifest.Metric{Name: kv.Key, Type: kv.Value})
		}
		s.Scrapes = append(s.Scrapes, x)
	}
	sort.Slice(s.Scrapes, func(i, j int) bool { return s.Scrapes[i].Name < s.Scrapes[j].Name })
}

func metricName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':' || i > 0 && '0' <= c && c <= '9') {
			return false
		}
	}
	return s != ""
}

func resources(b *lang.Block, s *manifest.Service) {
	s.Memory, s.CPUs = b.Bytes("memory"), b.Number("cpus")
	if b.Has("memory") && !b.Failed("memory") && s.Memory < 6<<20 {
		b.Program().Errorf(ruleResources, b.AttrRange("memory"), "%d bytes are less than the 6 MB that the engine demands. Did you forget the unit, as in \"512MB\"?", s.Memory)
	}
	if s.CPUs != nil && s.CPUs.Sign() <= 0 {
		b.Program().Errorf(ruleResources, b.AttrRange("cpus"), "The number of processors must be greater than 0.")
	}
}

// harden decodes the protection of a service. Everything that is off, or that
// Compose keys undo, needs a reason.
func harden(b *lang.Block, s *manifest.Service) manifest.Hardening {
	h := manifest.Hardening{Origin: b.Origin(), NoNewPrivileges: true, DropCaps: true, NonRoot: true, Init: true, PidsLimit: 512, User: b.String("user")}
	p := b.Program()
	userAt := b.AttrRange("user")
	if hb := b.Block("harden"); hb != nil {
		h.Origin = hb.Origin()
		if hb.Has("user") {
			if b.Has("user") {
				p.Errorf(ruleBothForms, hb.AttrRange("user"), "The user is given at %s too. Keep one of the two.", lang.Place(userAt))
			}
			h.User, userAt = hb.String("user"), hb.AttrRange("user")
		}
		h.Reason = hb.String("reason")
		h.ReadOnly = hb.Bool("read_only")
		h.NoNewPrivileges, h.DropCaps, h.NonRoot, h.Init = hb.Bool("no_new_privileges"), hb.Bool("drop_caps"), hb.Bool("non_root"), hb.Bool("init")
		h.PidsLimit = int64(hb.Int("pids_limit"))
		if h.PidsLimit < 0 {
			p.Errorf(ruleResources, hb.AttrRange("pids_limit"), "The limit is negative: give a number of processes, or 0 for no limit.")
		}
		for _, c := range hb.Strings("cap_add") {
			h.CapAdd = append(h.CapAdd, strings.TrimPrefix(strings.ToUpper(c), "CAP_"))
		}
		h.CapAdd = slices.Compact(sorted(h.CapAdd))
		for attr, on := range map[string]bool{"read_only": h.ReadOnly, "no_new_privileges": h.NoNewPrivileges, "drop_caps": h.DropCaps,
			"non_root": h.NonRoot, "init": h.Init, "pids_limit": h.PidsLimit != 0, "cap_add": len(h.CapAdd) == 0} {
			if hb.Has(attr) && !on && !hb.Failed(attr) {
				h.Off = append(h.Off, attr)
			}
		}
		sort.Strings(h.Off)
		if len(h.Off) > 0 && strings.TrimSpace(h.Reason) == "" && !hb.Failed("reason") {
			p.Errorf(ruleReason, hb.AttrRange(h.Off[0]), "%s weakens the protection of %s, but no reason says why that is needed. Add reason = \"…\" to the harden block.", strings.Join(h.Off, ", "), b.Address())
		}
	}
	for _, w := range weakened(s) {
		if h.Reason == "" {
			p.Errorf(ruleReason, b.AttrRange(w), "%s weakens the protection of %s, but no reason says why that is needed. Add harden { reason = \"…\" }.", w, b.Address())
		}
		h.Off = append(h.Off, w)
	}
	sort.Strings(h.Off)
	h.Off = slices.Compact(h.Off)
	if user, _, _ := strings.Cut(h.User, ":"); h.NonRoot && (user == "0" || user == "root") {
		p.Errorf(ruleRoot, userAt, "The user is root, but containers run as another user. Give another one, or harden { non_root = false } with a reason.")
	}
	return h
}

// weakened lists the Compose keys of a service that undo its protection.
func weakened(s *manifest.Service) (out []string) {
	is := func(k string, want any) {
		if x := s.Compose[k]; x != nil && x.Value == want {
			out = append(out, k)
		}
	}
	is("privileged", true)
	for _, k := range []string{"pid", "ipc", "userns_mode", "uts", "cgroup", "network_mode"} {
		is(k, "host")
	}
	if x := s.Compose["cap_add"]; x != nil {
		out = append(out, "cap_add")
	}
	if x := s.Compose["security_opt"]; x != nil {
		opts, _ := x.Value.([]any)
		for _, o := range opts {
			if t, _ := o.(string); strings.HasSuffix(t, "unconfined") || strings.HasSuffix(t, "disable") || t == "no-new-privileges:false" || t == "no-new-privileges=false" {
				out = append(out, "security_opt")
				break
			}
		}
	}
	return out
}
