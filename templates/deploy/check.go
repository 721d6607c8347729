package deploy

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment/docker"
)

// criteriaTools are the tools that the probes need on the host.
func criteriaTools(m *manifest.Manifest) []string {
	var out []string
	for _, c := range m.Criteria {
		switch p := c.Probe.(type) {
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.PromQLProbe:
			if m.Target != manifest.TargetKubernetes { // there they run in the runner's pod
				out = append(out, "curl")
			}
		case *manifest.SQLProbe, *manifest.ContainerProbe:
			if m.Target != manifest.TargetKubernetes {
				out = append(out, "docker")
			}
		case *manifest.CommandProbe:
			out = append(out, strings.Fields(toolWords(p.Tools, p.Shell))...)
		}
	}
	return unique(out)
}

// criterionData is a criterion's block.
func (s *script) criterionData(c *manifest.Criterion) blockData {
	d := blockData{Function: "criterion_" + s.keyOf("criterion", c.Name), Comments: []string{"from " + c.Address}}
	d.Settings = []field{{"title", quoted(c.Title, c.Range)}, {"within", word(text.Seconds(c.Within), c.Range)}}
	s.doc.Titles[string(d.Function)] = c.Title
	if r := s.covering("criterion." + c.Name); r != "" {
		d.Settings = append(d.Settings, field{"runbooks", quoted(r, c.Range)})
	}
	switch p := c.Probe.(type) {
	case *manifest.HTTPProbe:
		s.eachPort(p.Endpoint, p.Range, func(host, port string) { d.Checks = append(d.Checks, s.httpChecks(p, host, port)...) })
	case *manifest.TCPProbe:
		s.eachPort(p.Endpoint, p.Range, func(host, port string) {
			d.Checks = append(d.Checks, words(p.Range, "tcp", host, port))
		})
	case *manifest.GRPCProbe:
		s.eachPort(p.Endpoint, p.Range, func(host, port string) { d.Checks = append(d.Checks, grpcChecks(p, host, port)...) })
	case *manifest.ContainerProbe:
		d.Checks = append(d.Checks, s.containerCheck(p))
	case *manifest.PromQLProbe:
		d.Checks = append(d.Checks, s.promChecks(p)...)
	case *manifest.SQLProbe:
		d.Checks = s.sqlChecks(&d, c, p)
	case *manifest.CommandProbe:
		d.Checks = s.commandChecks(&d, c, p)
	case nil:
	}
	if len(d.Checks) == 0 {
		d.Checks = [][]value{words(c.Range, "false")} // reported already
	}
	return d
}

// words are the words of a command.
func words(at hcl.Range, texts ...string) []value {
	out := make([]value, len(texts))
	for i, t := range texts {
		out[i] = word(t, at)
	}
	return out
}

// eachPort calls f for the published port of every replica.
func (s *script) eachPort(e manifest.Endpoint, at hcl.Range, f func(host, port string)) {
	if e.Service == nil {
		return
	}
	if s.cluster() {
		s.eachClusterPort(e, f)
		return
	}
	for _, i := range e.Service.Instances {
		p := i.Port(e.Port)
		if p == nil || p.Host == 0 {
			s.unpublished(at, e.Service, e.Port)
			return
		}
		f(manifest.Reachable(p.Bind), p.Published())
	}
}

func (s *script) unpublished(at hcl.Range, sv *manifest.Service, port string) {
	s.diags = s.diags.Append(rulePort.At(at,
		"This probe connects to port %q of %s, which is not published on the host where deploy.sh runs. Set `host` in the port.", port, sv.Address))
}

func (s *script) httpChecks(c *manifest.HTTPProbe, host, port string) [][]value {
	request := words(c.Range, "http", fmt.Sprintf("http://%s:%s%s", host, port, escapePath(c.Path)))
	switch c.Method {
	case "", "GET":
	case "HEAD":
		request = append(request, word("-I", c.Range))
	default:
		request = append(request, words(c.Range, "-X", c.Method)...)
	}
	for _, h := range c.Headers {
		request = append(request, word("-H", c.Range), quoted(h.Key+": "+h.Value, c.Range))
	}
	if c.Body != "" {
		request = append(request, word("--data-raw", c.Range), quoted(c.Body, c.Range))
	}
	status := c.Status
	if status == 0 {
		status = 200
	}
	out := [][]value{request, words(c.Range, "status_is", strconv.Itoa(status))}
	if c.Contains != "" {
		out = append(out, []value{word("answer_contains", c.Range), quoted(c.Contains, c.Range)})
	}
	for _, f := range c.JSON {
		check := []value{word("json_is", c.Range), quoted(jsonWant(f.Value), c.Range)}
		out = append(out, append(check, words(c.Range, f.Path...)...))
	}
	return out
}

// escapePath percent-encodes characters that a URL can't contain. It keeps the
// query and what is encoded already.
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

// jsonWant is a scalar in the format of the runtime's json_at.
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

// grpcFrame is a message in a gRPC frame, for printf %b.
func grpcFrame(message []byte) string {
	n := len(message)
	frame := append([]byte{0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, message...)
	var b strings.Builder
	for _, c := range frame {
		fmt.Fprintf(&b, `\0%03o`, c)
	}
	return b.String()
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

func grpcChecks(c *manifest.GRPCProbe, host, port string) [][]value {
	request := func(frame []byte, command ...string) []value {
		return append(words(c.Range, command...), quoted(grpcFrame(frame), c.Range))
	}
	if len(c.List) > 0 {
		out := [][]value{request(grpcField(7, "*"), "grpc_reflection", host, port)}
		for _, name := range c.List {
			out = append(out, words(c.Range, "grpc_lists", name, hex.EncodeToString(grpcField(1, name))))
		}
		return out
	}
	var message []byte
	if c.HealthService != "" {
		message = grpcField(1, c.HealthService)
	}
	return [][]value{request(message, "grpc", host, port, "grpc.health.v1.Health/Check"), words(c.Range, "grpc_serving")}
}

func (s *script) containerCheck(c *manifest.ContainerProbe) []value {
	if c.Service == nil {
		return words(c.Range, "false")
	}
	names := containers(c.Service)
	count := len(names)
	if s.cluster() {
		names = []string{c.Service.Name}
	}
	if c.Count != nil {
		count = *c.Count
	}
	out := append(words(c.Range, "containers", strconv.Itoa(count)), quoted(c.State, c.Range), quoted(c.Health, c.Range))
	return append(out, words(c.Range, names...)...)
}

// comparisons are the comparisons that must hold for an answer: operator and value.
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

func (s *script) promChecks(c *manifest.PromQLProbe) [][]value {
	prom := s.m.Prometheus
	if prom == nil || prom.Service == nil || len(prom.Service.Instances) == 0 {
		return nil
	}
	port := prom.Service.Instances[0].Port(prom.Port)
	host := ""
	switch {
	case port != nil && s.cluster():
		host = fmt.Sprintf("%s:%d", manifest.ObjectName(prom.Service.Name), port.Container)
	case port == nil || port.Host == 0:
		s.unpublished(c.Range, prom.Service, prom.Port)
		return nil
	default:
		host = fmt.Sprintf("%s:%s", manifest.Reachable(port.Bind), port.Published())
	}
	query := append(words(c.Range, "promql", "http://"+host), quoted(c.Expr, c.Range))
	var out [][]value
	for _, cmp := range comparisons(c.Answer) {
		out = append(out, append(slices.Clone(query), quoted(cmp[0], c.Range), word(cmp[1], c.Range)))
	}
	if out == nil {
		out = append(out, append(query, word("", c.Range), word("", c.Range)))
	}
	return out
}

// sqlChecks runs the query of a criterion, which is in a file.
func (s *script) sqlChecks(d *blockData, owner *manifest.Criterion, c *manifest.SQLProbe) [][]value {
	if c.Database == nil || c.Database.Service == nil || len(c.Database.Service.Instances) == 0 {
		return nil
	}
	db := c.Database
	port := db.Port
	if port == 0 {
		port = 5432
	}
	file := kit.CriteriaDir + "/" + kit.FileName(owner.Name) + ".sql"
	s.scriptFile(d, "check", file, owner.Address, Body{Text: c.Query, Range: c.Range, Declared: true})
	out := [][]value{words(c.Range, "sql", s.sqlServer(db), db.User, db.DBName, strconv.Itoa(port), file)}
	for _, cmp := range comparisons(c.Answer) {
		out = append(out, []value{word("answer_is", c.Range), quoted(cmp[0], c.Range), word(cmp[1], c.Range)})
	}
	return out
}

// commandChecks runs the command of a criterion, which is the phase run of its block.
func (s *script) commandChecks(d *blockData, owner *manifest.Criterion, c *manifest.CommandProbe) [][]value {
	s.runArm(d, kit.CriteriaDir, owner.Name, owner.Address, c.Env, c.Workdir, Body{Shell: shellOf(c.Shell), Range: c.Range, Source: c.Run})
	out := [][]value{words(c.Range, "run_command", "check"), words(c.Range, "command_ended", strconv.Itoa(c.Status))}
	if c.Equals != nil {
		out = append(out, []value{word("command_printed", c.Range), quoted(*c.Equals, c.Range)})
	}
	if c.Matches != "" {
		out = append(out, []value{word("command_matched", c.Range), quoted(c.Matches, c.Range)})
	}
	return out
}

// runArm adds the phase run of a criterion or benchmark, and the file of its script.
func (s *script) runArm(d *blockData, folder, name, address string, env []manifest.EnvVar, workdir string, b Body) {
	b.Text, b.Declared = ScriptText(b.Source), true
	file := kit.FileName(name)
	s.scriptFile(d, "run", folder+"/"+file+".sh", address, b)
	arm := s.environment(env, b.Source)
	arm.Forward = s.forwards(env, b.Source, b.Range)
	arm.Phases, arm.Script = []key{"run"}, words(b.Range, b.Shell, folder, file)
	if workdir != "" {
		dir := word(workdir, b.Range)
		arm.Workdir = &dir
	}
	d.Arms = append(d.Arms, arm)
}

func shellOf(shell string) string {
	if shell == "" {
		return "sh"
	}
	return shell
}

// benchmarkData is a benchmark's block.
func (s *script) benchmarkData(b *manifest.Benchmark) blockData {
	d := blockData{Function: "benchmark_" + s.keyOf("benchmark", b.Name), Comments: []string{"from " + b.Address}}
	limit := "0"
	if b.Value != nil {
		limit = text.Number(b.Value)
	}
	shell := shellOf(b.Shell)
	d.Settings = []field{
		{"title", quoted(b.Title, b.Range)}, {"target", quoted(b.Target, b.Range)}, {"target_op", quoted(b.Op, b.Range)},
		{"target_value", word(limit, b.Range)}, {"timeout", word(text.Seconds(b.Timeout), b.Range)},
	}
	s.doc.Titles[string(d.Function)] = b.Title
	if t := toolWords(b.Tools, shell); t != "" {
		d.Settings = append(d.Settings, field{"tools", quoted(t, b.Range)})
	}
	s.runArm(&d, kit.BenchmarksDir, b.Name, b.Address, b.Env, b.Workdir, Body{Shell: shell, Range: b.Range, Source: b.Run})
	return d
}

// covering lists the runbooks that cover an action or criterion.
func (s *script) covering(address string) string {
	var out []string
	for _, r := range s.m.Runbooks {
		if slices.Contains(r.Covers, address) {
			out = append(out, r.Name)
		}
	}
	return strings.Join(unique(out), " ")
}

// sqlServer is where the runtime runs psql.
func (s *script) sqlServer(d *manifest.Database) string {
	if s.cluster() {
		return s.server(d)
	}
	return docker.Container(d.Service.Instances[0])
}
