package service

import (
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// engineTimeout is the engine's default timeout of a health test.
const engineTimeout = 30 * time.Second

// healthTests are the kinds of health test: an argument or a block each. decode reports errors and is
// then not ok.
var healthTests = []struct {
	name   string
	decode func(d *decoder, h, service *lang.Block) (t manifest.HealthTest, ok bool)
}{
	{"command", (*decoder).commandTest},
	{"shell", (*decoder).shellTest},
	{"http", (*decoder).httpTest},
	{"tcp", (*decoder).tcpTest},
	{"sql", (*decoder).sqlTest},
}

// healthcheck decodes the healthcheck, which is the same for all replicas.
func (d *decoder) healthcheck(b *lang.Block, s *manifest.Service) {
	h := b.Block("healthcheck")
	if h == nil {
		return
	}
	check := &manifest.Healthcheck{Origin: h.Origin(), Disable: h.Bool("disable"),
		Interval: h.Duration("interval"), Timeout: h.Duration("timeout"), Retries: h.Int("retries"),
		StartPeriod: h.Duration("start_period"), StartInterval: h.Duration("start_interval")}
	var kinds []string
	for _, t := range healthTests {
		if h.Given(t.name) || h.Block(t.name) != nil {
			kinds = append(kinds, t.name)
		}
	}
	prog := b.Evaluation()
	switch {
	case len(kinds) == 0 && h.Failed("disable"):
		s.Healthcheck = invalidHealthcheck(h)
		return
	case check.Disable && len(kinds) == 0:
		s.Healthcheck = check
		return
	case check.Disable:
		prog.Errorf(ruleProbe, h.Range, "The healthcheck is disabled, but it has a test (%s). Remove one of the two.", strings.Join(kinds, ", "))
		return
	case len(kinds) == 0:
		prog.Errorf(ruleProbe, h.Range, "The healthcheck has no test. Add one: command = […], shell = \"…\", http { … }, tcp { … } or sql { … }.")
		return
	case len(kinds) > 1:
		prog.Errorf(ruleProbe, h.Range, "The healthcheck has several tests: %s. Keep one.", strings.Join(kinds, ", "))
		return
	}
	// The engine's own timeout is 30 seconds, longer than most intervals.
	if !h.Given("timeout") && check.Interval < engineTimeout {
		check.Timeout = check.Interval
	}
	if kb := h.Block(kinds[0]); kb != nil {
		check.At = manifest.Ranges{}
		for _, k := range []string{"path", "port"} {
			if kb.Given(k) {
				check.At[k] = kb.AttrRange(k)
			}
		}
	} else {
		check.At = manifest.Ranges{kinds[0]: h.AttrRange(kinds[0])}
	}
	ok := true
	for _, t := range healthTests {
		if t.name == kinds[0] {
			check.Test, ok = t.decode(d, h, b)
		}
	}
	ok = ok && !h.Failed()
	if h.Given("retries") && !h.Failed("retries") && check.Retries < 1 {
		prog.Errorf(ruleProbe, h.AttrRange("retries"), "retries must be at least 1.")
		ok = false
	}
	if ok {
		s.Healthcheck = check
	} else {
		s.Healthcheck = invalidHealthcheck(h)
	}
}

// invalidHealthcheck stands for a healthcheck that was reported: waiting for the service's health is
// not another error.
func invalidHealthcheck(h *lang.Block) *manifest.Healthcheck {
	return &manifest.Healthcheck{Origin: h.Origin(), Test: &manifest.ShellTest{Script: "true"}}
}

func (d *decoder) commandTest(h, _ *lang.Block) (manifest.HealthTest, bool) {
	if composeTest(h) {
		return nil, false
	}
	t := &manifest.CommandTest{Exec: h.Strings("command")}
	if len(t.Exec) == 0 && !h.Failed() {
		h.Evaluation().Errorf(ruleProbe, h.AttrRange("command"), "The command is empty.")
		return nil, false
	}
	return t, true
}

func (d *decoder) shellTest(h, _ *lang.Block) (manifest.HealthTest, bool) {
	t := &manifest.ShellTest{Script: h.String("shell")}
	if strings.TrimSpace(t.Script) == "" && !h.Failed() {
		h.Evaluation().Errorf(ruleProbe, h.AttrRange("shell"), "The script is empty.")
		return nil, false
	}
	return t, true
}

func (d *decoder) httpTest(h, service *lang.Block) (manifest.HealthTest, bool) {
	b := h.Block("http")
	t, ok := &manifest.HTTPTest{Path: b.String("path")}, true
	if !b.Failed("path") && !strings.HasPrefix(t.Path, "/") {
		h.Evaluation().Errorf(ruleProbe, b.AttrRange("path"), "The path %q must start with a slash.", t.Path)
		ok = false
	}
	var portOK bool
	t.Port, portOK = d.probePort(b, service, 0)
	return t, ok && portOK && !b.Failed()
}

func (d *decoder) tcpTest(h, service *lang.Block) (manifest.HealthTest, bool) {
	port, ok := d.probePort(h.Block("tcp"), service, 0)
	return &manifest.TCPTest{Port: port}, ok
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
	p := b.Evaluation()
	switch v.Type() {
	case cty.Number:
		n := b.Int("port")
		if !b.Failed("port") && (n < 1 || n > 65535) {
			p.Errorf(rulePort, b.AttrRange("port"), "%d is not a valid port. Use a number from 1 to 65535, or the name of a port.", n)
			return 0, false
		}
		return n, !b.Failed("port")
	case cty.String:
		pb := PortNamed(service, v.AsString(), b, "port")
		if pb == nil {
			return 0, false
		}
		if pb.String("protocol") == "udp" {
			p.Errorf(ruleProbe, b.AttrRange("port"), "The port \"%s\" is UDP, but the test connects over TCP. Name a TCP port, or use `command`.", pb.Name)
			return 0, false
		}
		n, ok := 0, true
		for i, v := range d.replicas(service) {
			vp := portOf(v, pb.Name)
			if isRange(vp, b, "port") {
				return 0, false
			}
			c, _ := vp.Ports("container")
			ok = ok && !vp.Failed("container") && c > 0
			if i > 0 && c != n && ok {
				p.Errorf(ruleServiceRef, b.AttrRange("port"), "The container port of \"%s\" differs between replicas, but a healthcheck is the same for all of them. Let only `host` depend on the replica.", pb.Name)
				return 0, false
			}
			n = c
		}
		return n, ok
	}
	b.Invalid("port", "must be the name of a port of the service, or a number")
	return 0, false
}

// isRange reports, at an argument that names a port, that it is a range of ports.
func isRange(port, b *lang.Block, attr string) bool {
	first, last := port.Ports("container")
	if last > first {
		b.Evaluation().Errorf(ruleServiceRef, b.AttrRange(attr), "The port \"%s\" is a range, but one port is needed here. Declare that one in a port block of its own.", port.Name)
	}
	return last > first
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
	p := b.Evaluation()
	hint := ""
	if s := p.Suggest(name, names); s != "" {
		hint = " Did you mean \"" + s + "\"?"
	} else if len(names) > 0 {
		hint = " It has: " + strings.Join(names, ", ") + "."
	} else {
		hint = " It declares no port: add a port block, or write the number of the port in the container."
	}
	p.Errorf(ruleServiceRef, b.AttrRange(attr), "%s has no port \"%s\".%s", service.Address(), name, hint)
	return nil
}

// sqlTest fills in what the database block says, once that is decoded.
func (d *decoder) sqlTest(h, service *lang.Block) (manifest.HealthTest, bool) {
	b := h.Block("sql")
	t := &manifest.SQLTest{User: b.String("user"), DBName: b.String("dbname"), Query: b.String("query")}
	var portOK = true
	if b.Has("port") {
		t.Port, portOK = d.probePort(b, service, 0)
	}
	db, hasDB := lang.Ref[*manifest.Database](b, "database")
	tables := lang.Refs[*manifest.Table](b, "tables")
	d.later = append(d.later, func(*lang.Evaluation) {
		if hasDB {
			t.User = or(t.User, db.Value.User)
			t.DBName = or(t.DBName, db.Value.DBName)
			if t.Port == 0 {
				t.Port = db.Value.Port
			}
		}
		t.User = or(t.User, "postgres")
		t.DBName = or(t.DBName, t.User)
		if t.Port == 0 {
			t.Port = 5432
		}
		for _, table := range tables {
			t.Tables = append(t.Tables, or(table.Value.Schema, "public")+"."+table.Value.Name)
		}
	})
	return t, portOK && !b.Failed()
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
