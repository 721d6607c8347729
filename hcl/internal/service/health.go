package service

import (
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// engineTimeout is how long the engine waits for a probe that says nothing of it.
const engineTimeout = 30 * time.Second

// healthcheck decodes the probe, which is the same for all replicas.
func (d *decoder) healthcheck(b *lang.Block, s *manifest.Service) {
	h := b.Block("healthcheck")
	if h == nil {
		return
	}
	p := &manifest.Probe{Origin: h.Origin(), Exec: h.Strings("command"), Shell: h.String("shell"), Disable: h.Bool("disable"),
		Interval: h.Duration("interval"), Timeout: h.Duration("timeout"), Retries: h.Int("retries"),
		StartPeriod: h.Duration("start_period"), StartInterval: h.Duration("start_interval")}
	var kinds []string
	for _, k := range []string{"command", "shell"} {
		if h.Given(k) {
			kinds = append(kinds, k)
		}
	}
	for _, k := range h.Blocks("http", "tcp", "sql") {
		kinds = append(kinds, k.Type)
	}
	prog := b.Program()
	switch {
	case p.Disable && len(kinds) == 0:
		s.Healthcheck = p
		return
	case p.Disable:
		prog.Errorf(ruleProbe, h.Range, "The healthcheck is disabled, yet it has a probe (%s). Remove one of the two.", strings.Join(kinds, ", "))
		return
	case len(kinds) == 0:
		prog.Errorf(ruleProbe, h.Range, "The healthcheck has no probe. Give one: command = […], shell = \"…\", http { … }, tcp { … } or sql { … }.")
		return
	case len(kinds) > 1:
		prog.Errorf(ruleProbe, h.Range, "The healthcheck has several probes: %s. Keep one.", strings.Join(kinds, ", "))
		return
	}
	p.Kind = kinds[0]
	// The engine's own timeout is 30 seconds, longer than most intervals.
	if !h.Given("timeout") && p.Interval < engineTimeout {
		p.Timeout = p.Interval
	}
	if kb := h.Block(p.Kind); kb != nil {
		p.At = manifest.Ranges{}
		for _, k := range []string{"path", "port"} {
			if kb.Given(k) {
				p.At[k] = kb.AttrRange(k)
			}
		}
	}
	ok := !h.Failed()
	switch p.Kind {
	case "command":
		if len(p.Exec) == 0 && ok {
			prog.Errorf(ruleProbe, h.AttrRange("command"), "The command is empty.")
			ok = false
		}
	case "shell":
		if strings.TrimSpace(p.Shell) == "" && ok {
			prog.Errorf(ruleProbe, h.AttrRange("shell"), "The script is empty.")
			ok = false
		}
	case "http":
		hb := h.Block("http")
		p.Path = hb.String("path")
		if !hb.Failed("path") && !strings.HasPrefix(p.Path, "/") {
			prog.Errorf(ruleProbe, hb.AttrRange("path"), "The path %q doesn't begin with a slash.", p.Path)
			ok = false
		}
		var portOK bool
		p.Port, portOK = d.probePort(hb, b, 0)
		ok = ok && portOK && !hb.Failed()
	case "tcp":
		var portOK bool
		p.Port, portOK = d.probePort(h.Block("tcp"), b, 0)
		ok = ok && portOK
	case "sql":
		ok = d.sqlProbe(h.Block("sql"), b, p) && ok
	}
	if h.Given("retries") && !h.Failed("retries") && p.Retries < 1 {
		prog.Errorf(ruleProbe, h.AttrRange("retries"), "Give at least one retry.")
		ok = false
	}
	if ok {
		s.Healthcheck = p
	} else {
		// The service has a healthcheck, if a wrong one: what waits for its
		// health is no mistake too.
		s.Healthcheck = &manifest.Probe{Origin: h.Origin(), Kind: "shell", Shell: "true"}
	}
}

// probePort reads a port given by name or number.
func (d *decoder) probePort(b, service *lang.Block, otherwise int) (int, bool) {
	if b == nil {
		return 0, false
	}
	v, ok := b.Value("port", cty.DynamicPseudoType)
	if !ok {
		return 0, false
	}
	if v.IsNull() {
		return otherwise, otherwise != 0
	}
	p := b.Program()
	switch v.Type() {
	case cty.Number:
		n := b.Int("port")
		if !b.Failed("port") && (n < 1 || n > 65535) {
			p.Errorf(rulePort, b.AttrRange("port"), "%d is no port: give a number from 1 to 65535, or the name of a port.", n)
			return 0, false
		}
		return n, !b.Failed("port")
	case cty.String:
		pb := PortNamed(service, v.AsString(), b, "port")
		if pb == nil {
			return 0, false
		}
		if pb.String("protocol") == "udp" {
			p.Errorf(ruleProbe, b.AttrRange("port"), "The port \"%s\" is UDP, and the probe connects over TCP, where nothing answers. Name a TCP port, or ask by `command`.", pb.Name)
			return 0, false
		}
		n, ok := 0, true
		for i, v := range d.replicas(service) {
			vp := portOf(v, pb.Name)
			c := vp.Int("container")
			ok = ok && !vp.Failed("container") && c > 0
			if i > 0 && c != n && ok {
				p.Errorf(ruleServiceRef, b.AttrRange("port"), "The port \"%s\" has another number inside each replica, but a healthcheck is the same for all of them. Let `host` alone depend on the replica.", pb.Name)
				return 0, false
			}
			n = c
		}
		return n, ok
	}
	b.Invalid("port", "must be the name of a port of the service, or a number")
	return 0, false
}

// PortNamed finds a port block of a service by name, or reports at the
// attribute of b that named it.
func PortNamed(service *lang.Block, name string, b *lang.Block, attr string) *lang.Block {
	var names []string
	for _, pb := range service.Blocks("port") {
		if pb.Name == name {
			return pb
		}
		names = append(names, pb.Name)
	}
	p := b.Program()
	hint := ""
	if s := p.Suggest(name, names); s != "" {
		hint = " Did you mean \"" + s + "\"?"
	} else if len(names) > 0 {
		hint = " It has " + strings.Join(names, ", ") + "."
	} else {
		hint = " It declares no port."
	}
	p.Errorf(ruleServiceRef, b.AttrRange(attr), "%s has no port \"%s\".%s", service.Address(), name, hint)
	return nil
}

// sqlProbe fills in what the database block says, once that is decoded.
func (d *decoder) sqlProbe(b, service *lang.Block, p *manifest.Probe) bool {
	p.User, p.DBName, p.Query = b.String("user"), b.String("dbname"), b.String("query")
	var portOK = true
	if b.Has("port") {
		p.Port, portOK = d.probePort(b, service, 0)
	}
	db, hasDB := lang.Ref[*manifest.Database](b, "database")
	tables := lang.Refs[*manifest.Table](b, "tables")
	d.later = append(d.later, func(*lang.Program) {
		if hasDB {
			p.User = or(p.User, db.Value.User)
			p.DBName = or(p.DBName, db.Value.DBName)
			if p.Port == 0 {
				p.Port = db.Value.Port
			}
		}
		p.User = or(p.User, "postgres")
		p.DBName = or(p.DBName, p.User)
		if p.Port == 0 {
			p.Port = 5432
		}
		for _, t := range tables {
			p.Tables = append(p.Tables, or(t.Value.Schema, "public")+"."+t.Value.Name)
		}
	})
	return portOK && !b.Failed()
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
