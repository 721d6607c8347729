package deploy

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

func (s *script) criterionKeys() []string {
	var out []string
	for _, c := range s.m.Criteria {
		out = append(out, s.key("criterion", c.Name))
	}
	return out
}

func (s *script) benchmarkKeys() []string {
	var out []string
	for _, b := range s.m.Benchmarks {
		out = append(out, s.key("benchmark", b.Name))
	}
	return out
}

// criteriaTools are what the probes need on the host.
func criteriaTools(m *manifest.Manifest) []string {
	var out []string
	for _, c := range m.Criteria {
		switch p := c.Probe.(type) {
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.PromQLProbe:
			out = append(out, "curl")
		case *manifest.SQLProbe, *manifest.ContainerProbe:
			out = append(out, "docker")
		case *manifest.CommandProbe:
			out = append(out, strings.Fields(toolWords(p.Tools, p.Shell))...)
		}
	}
	return unique(out)
}

// criteria writes a block for each success criterion.
func (s *script) criteria() {
	if len(s.m.Criteria) == 0 {
		return
	}
	s.section("success criteria")
	for _, c := range s.m.Criteria {
		function := "criterion_" + s.key("criterion", c.Name)
		s.printf("\n")
		s.comment("", "from "+c.Address)
		s.printf("%s() {\n    case $1 in\n    about)\n        title=%s within=%s\n", function, s.text(c.Title, c.Range), text.Seconds(c.Within))
		s.doc.Titles[function] = c.Title
		if r := s.covering("criterion." + c.Name); r != "" {
			s.printf("        runbooks='%s'\n", r)
		}
		s.printf("        ;;\n    check)\n")
		s.check(function, c.Probe)
		s.printf("        ;;\n    esac\n}\n")
	}
}

// check writes a criterion's probe: commands joined by &&, for every replica.
func (s *script) check(function string, probe manifest.Probe) {
	var lines []string
	switch c := probe.(type) {
	case *manifest.HTTPProbe:
		s.eachPort(c.Endpoint, c.Range, func(host string, port int) { lines = append(lines, s.httpLines(c, host, port)...) })
	case *manifest.TCPProbe:
		s.eachPort(c.Endpoint, c.Range, func(host string, port int) { lines = append(lines, fmt.Sprintf("tcp %s %d", host, port)) })
	case *manifest.GRPCProbe:
		s.eachPort(c.Endpoint, c.Range, func(host string, port int) { lines = append(lines, s.grpcLines(c, host, port)...) })
	case *manifest.ContainerProbe:
		lines = append(lines, s.containerLine(c))
	case *manifest.PromQLProbe:
		lines = append(lines, s.promLines(c)...)
	case *manifest.SQLProbe:
		s.sqlCheck(c)
		return
	case *manifest.CommandProbe:
		s.commandCheck(function, c)
		return
	case nil:
		return
	}
	if len(lines) == 0 {
		lines = []string{"false"} // reported already
	}
	s.printf("        %s\n", strings.Join(lines, " &&\n            "))
}

// eachPort calls f for the published port of every replica.
func (s *script) eachPort(e manifest.Endpoint, at hcl.Range, f func(host string, port int)) {
	if e.Service == nil {
		return
	}
	for _, i := range e.Service.Instances {
		p := i.Port(e.Port)
		if p == nil || p.Host == 0 {
			s.unpublished(at, e.Service, e.Port)
			return
		}
		f(reachable(p.Bind), p.Host)
	}
}

func (s *script) unpublished(at hcl.Range, sv *manifest.Service, port string) {
	s.diags = s.diags.Append(rulePort.At(at,
		"This probe asks port %q of %s, which isn't published on the host where deploy.sh runs. Give the port a `host`.", port, sv.Address))
}

// reachable is the address under which a bound port is reached from the host.
func reachable(bind string) string {
	ip := net.ParseIP(bind)
	switch {
	case ip == nil || ip.IsUnspecified() && ip.To4() != nil:
		return "127.0.0.1"
	case ip.IsUnspecified():
		return "[::1]"
	case ip.To4() == nil:
		return "[" + bind + "]"
	}
	return bind
}

func (s *script) httpLines(c *manifest.HTTPProbe, host string, port int) []string {
	line := "http " + s.word(fmt.Sprintf("http://%s:%d%s", host, port, escapePath(c.Path)), c.Range)
	if c.Method != "" && c.Method != "GET" {
		if c.Method == "HEAD" {
			line += " -I"
		} else {
			line += " -X " + s.word(c.Method, c.Range)
		}
	}
	for _, h := range c.Headers {
		line += " -H " + s.text(h.Key+": "+h.Value, c.Range)
	}
	if c.Body != "" {
		line += " --data-raw " + s.text(c.Body, c.Range)
	}
	lines := []string{line}
	status := c.Status
	if status == 0 {
		status = 200
	}
	lines = append(lines, fmt.Sprintf("status_is %d", status))
	if c.Contains != "" {
		lines = append(lines, "answer_contains "+s.text(c.Contains, c.Range))
	}
	for _, f := range c.JSON {
		l := "json_is " + s.text(jsonWant(f.Value), c.Range)
		for _, k := range f.Path {
			l += " " + s.word(k, c.Range)
		}
		lines = append(lines, l)
	}
	return lines
}

// escapePath percent-encodes what may not stand in a URL; what is encoded
// already, and the query, stay.
func escapePath(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	out := b.String()
	if !strings.HasPrefix(out, "/") {
		out = "/" + out
	}
	if _, err := url.Parse(out); err != nil {
		return strings.ReplaceAll(out, "%", "%25")
	}
	return out
}

// jsonWant is a scalar as the runtime's json_at prints it.
func jsonWant(v any) string {
	switch v := v.(type) {
	case bool:
		return "bool:" + strconv.FormatBool(v)
	case string:
		return "string:" + v
	case *big.Rat:
		return "number:" + text.Number(v)
	}
	return "null:"
}

// grpcFrame is a message with gRPC's frame, for printf %b.
func grpcFrame(message []byte) string {
	n := len(message)
	frame := append([]byte{0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, message...)
	var b strings.Builder
	for _, c := range frame {
		fmt.Fprintf(&b, `\0%03o`, c)
	}
	return "'" + b.String() + "'"
}

// grpcField is a length-delimited field of a message.
func grpcField(number int, value string) []byte {
	out := []byte{byte(number<<3 | 2)}
	n := len(value)
	for ; n >= 0x80; n >>= 7 {
		out = append(out, byte(n)|0x80)
	}
	return append(append(out, byte(n)), value...)
}

func (s *script) grpcLines(c *manifest.GRPCProbe, host string, port int) []string {
	if len(c.List) > 0 {
		frame := grpcFrame(grpcField(7, "*"))
		lines := []string{fmt.Sprintf("grpc_reflection %s %d %s", host, port, frame)}
		for _, name := range c.List {
			lines = append(lines, fmt.Sprintf("grpc_lists %s %s", s.word(name, c.Range), hex.EncodeToString(grpcField(1, name))))
		}
		return lines
	}
	var message []byte
	if c.HealthService != "" {
		message = grpcField(1, c.HealthService)
	}
	return []string{
		fmt.Sprintf("grpc %s %d grpc.health.v1.Health/Check %s", host, port, grpcFrame(message)),
		"grpc_serving",
	}
}

func (s *script) containerLine(c *manifest.ContainerProbe) string {
	if c.Service == nil {
		return "false"
	}
	names := containers(c.Service)
	count := len(names)
	if c.Count != nil {
		count = *c.Count
	}
	line := fmt.Sprintf("containers %d %s %s", count, s.text(c.State, c.Range), s.text(c.Health, c.Range))
	for _, name := range names {
		line += " " + s.word(name, c.Range)
	}
	return line
}

// comparisons are what an answer must be, as operator and value.
func comparisons(c manifest.Answer) [][2]string {
	var out [][2]string
	if c.Equals != nil {
		out = append(out, [2]string{"==", *c.Equals})
	}
	if c.Min != nil {
		out = append(out, [2]string{">=", text.Number(c.Min)})
	}
	if c.Max != nil {
		out = append(out, [2]string{"<=", text.Number(c.Max)})
	}
	return out
}

func (s *script) promLines(c *manifest.PromQLProbe) []string {
	prom := s.m.Prometheus
	if prom == nil || prom.Service == nil || len(prom.Service.Instances) == 0 {
		return nil
	}
	port := prom.Service.Instances[0].Port(prom.Port)
	if port == nil || port.Host == 0 {
		s.unpublished(c.Range, prom.Service, prom.Port)
		return nil
	}
	at := s.word(fmt.Sprintf("http://%s:%d", reachable(port.Bind), port.Host), c.Range)
	var lines []string
	for _, cmp := range comparisons(c.Answer) {
		lines = append(lines, fmt.Sprintf("promql %s %s '%s' %s", at, s.text(c.Expr, c.Range), cmp[0], s.word(cmp[1], c.Range)))
	}
	if lines == nil {
		lines = append(lines, fmt.Sprintf("promql %s %s '' ''", at, s.text(c.Expr, c.Range)))
	}
	return lines
}

func (s *script) sqlCheck(c *manifest.SQLProbe) {
	if c.Database == nil || c.Database.Service == nil || len(c.Database.Service.Instances) == 0 {
		s.printf("        false\n")
		return
	}
	d := c.Database
	operator, lines := s.heredoc("END_OF_QUERY", c.Query, c.Range)
	tail := ""
	for _, cmp := range comparisons(c.Answer) {
		tail += fmt.Sprintf(" &&\n            answer_is '%s' %s", cmp[0], s.word(cmp[1], c.Range))
	}
	port := d.Port
	if port == 0 {
		port = 5432
	}
	s.printf("        sql %s %s %s %d %s || return 1\n%s", s.word(d.Service.Instances[0].ContainerName, c.Range), s.word(d.User, c.Range),
		s.word(d.DBName, c.Range), port, operator, lines)
	s.printf("        :%s\n", tail)
}

func (s *script) commandCheck(function string, c *manifest.CommandProbe) {
	shell := c.Shell
	if shell == "" {
		shell = "sh"
	}
	operator, lines := s.heredoc("END_OF_RUN", s.scriptText(c.Run), c.Range)
	s.printf("        run_command check\n")
	tail := fmt.Sprintf("command_ended %d", c.Status)
	if c.Equals != nil {
		tail += " &&\n            command_printed " + s.text(*c.Equals, c.Range)
	}
	if c.Matches != "" {
		tail += " &&\n            command_matched " + s.text(c.Matches, c.Range)
	}
	s.printf("        %s\n        ;;\n    run)\n", tail)
	s.environment(c.Env, c.Run)
	if c.Workdir != "" {
		s.printf("        workdir %s\n", s.word(c.Workdir, c.Range))
	}
	s.printf("        body %s %s\n%s", shell, operator, lines)
	s.doc.Bodies[function+" run"] = Body{Shell: shell, Text: strings.TrimSuffix(lines, lastLine(lines)), Range: c.Range, Declared: true, Source: c.Run}
}

// benchmarks writes a block for each benchmark.
func (s *script) benchmarks() {
	if len(s.m.Benchmarks) == 0 {
		return
	}
	s.section("benchmarks")
	for _, b := range s.m.Benchmarks {
		function := "benchmark_" + s.key("benchmark", b.Name)
		shell := b.Shell
		if shell == "" {
			shell = "sh"
		}
		value := "0"
		if b.Value != nil {
			value = text.Number(b.Value)
		}
		s.printf("\n")
		s.comment("", "from "+b.Address)
		s.printf("%s() {\n    case $1 in\n    about)\n        title=%s target=%s\n        target_op='%s' target_value=%s timeout=%s\n", function,
			s.text(b.Title, b.Range), s.text(b.Target, b.Range), b.Op, value, text.Seconds(b.Timeout))
		s.doc.Titles[function] = b.Title
		if t := toolWords(b.Tools, shell); t != "" {
			s.printf("        tools=%s\n", s.text(t, b.Range))
		}
		s.printf("        ;;\n")
		s.part(function, &block{shell: shell, env: b.Env, workdir: b.Workdir, at: b.Range, declared: true}, part{name: "run", text: b.Run})
		s.printf("    esac\n}\n")
	}
}

// covering lists the keys of the runbooks that cover an action or criterion.
func (s *script) covering(address string) string {
	var out []string
	for _, r := range s.m.Runbooks {
		for _, c := range r.Covers {
			if c == address {
				out = append(out, s.key("runbook", r.Name))
			}
		}
	}
	return strings.Join(unique(out), " ")
}

// runbooks writes a function for each runbook that prints it.
func (s *script) runbooks() {
	if len(s.m.Runbooks) == 0 {
		return
	}
	s.section("runbooks")
	for _, r := range s.m.Runbooks {
		var b strings.Builder
		fmt.Fprintf(&b, "Runbook: %s\n", r.Title)
		for _, x := range r.Symptoms {
			fmt.Fprintf(&b, "  symptom: %s\n", x)
		}
		for _, x := range []struct{ name, text string }{{"diagnosis", r.Diagnosis}, {"resolution", r.Resolution}} {
			if x.text != "" {
				fmt.Fprintf(&b, "  %s:\n    %s\n", x.name, strings.ReplaceAll(strings.TrimRight(x.text, "\n"), "\n", "\n    "))
			}
		}
		operator, lines := s.heredoc("RUNBOOK", b.String(), r.Range)
		s.printf("\n")
		s.comment("", "from "+r.Address)
		s.printf("runbook_%s() {\n    cat %s\n%s}\n", s.key("runbook", r.Name), operator, lines)
	}
}
