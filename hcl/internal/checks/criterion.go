package checks

import (
	"math/big"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/tool"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	serviceAttr = lang.Attr{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that is asked. The probe must hold for each replica."}
	portAttr    = lang.Attr{Name: "port", Type: lang.String, Doc: "Name of the service's port block; may be left out where there is only one."}
	equalsAttr  = lang.Attr{Name: "equals", Type: lang.Any, Doc: "What the answer must be: numbers are compared as numbers."}
	leastAttr   = lang.Attr{Name: "min", Type: lang.Number, Doc: "The least value that is good."}
	mostAttr    = lang.Attr{Name: "max", Type: lang.Number, Doc: "The greatest value that is good."}
)

// probes are the kinds of probe that a criterion may have: a block each, and how
// it is decoded.
var probes = []struct {
	spec   *lang.BlockSpec
	decode func(b *lang.Block) manifest.Probe
}{
	{&lang.BlockSpec{Type: "http", Max: 1, Doc: "An HTTP request to a published port.", Attrs: []lang.Attr{serviceAttr, portAttr,
		{Name: "path", Type: lang.String, Default: `"/"`, Doc: "Path and query."},
		{Name: "method", Type: lang.String, Default: `"GET"`, Doc: "The method."},
		{Name: "headers", Type: lang.StringMap, Doc: "Headers of the request."},
		{Name: "body", Type: lang.String, Doc: "Body of the request."},
		{Name: "status", Type: lang.Int, Default: "200", Doc: "The status that the answer must have."},
		{Name: "json", Type: lang.Any, Doc: "Fields that the answer's JSON must have: `{ status = \"healthy\" }`."},
		{Name: "contains", Type: lang.String, Doc: "Text that the answer must hold."},
	}}, decodeHTTP},
	{&lang.BlockSpec{Type: "tcp", Max: 1, Doc: "A connection to a published port.", Attrs: []lang.Attr{serviceAttr, portAttr}}, decodeTCP},
	{&lang.BlockSpec{Type: "grpc", Max: 1, Doc: "The gRPC health service, or reflection where `list` is given.", Attrs: []lang.Attr{serviceAttr, portAttr,
		{Name: "health_service", Type: lang.String, Doc: "The service whose health is asked; the whole server's, where it is missing."},
		{Name: "list", Type: lang.Strings, Doc: "Services that the server's reflection must list."},
	}}, decodeGRPC},
	{&lang.BlockSpec{Type: "sql", Max: 1, Doc: "A query, run by psql inside the database's container.", Attrs: []lang.Attr{
		{Name: "database", Type: lang.RefTo("database"), Required: true, Doc: "The database that is asked."},
		{Name: "query", Type: lang.String, Required: true, Doc: "One statement."}, equalsAttr, leastAttr, mostAttr,
	}}, decodeSQL},
	{&lang.BlockSpec{Type: "promql", Max: 1, Doc: "A PromQL expression; every value of its result must be good, and there must be one.", Attrs: []lang.Attr{
		{Name: "expr", Type: lang.String, Required: true, Doc: "The expression."}, equalsAttr, leastAttr, mostAttr,
	}}, decodePromQL},
	{&lang.BlockSpec{Type: "container", Max: 1, Doc: "The state of a service's containers.", Attrs: []lang.Attr{serviceAttr,
		{Name: "state", Type: lang.String, Values: []string{"created", "running", "paused", "restarting", "removing", "exited", "dead"}, Doc: "The container's state; running, where neither it nor `health` is given."},
		{Name: "health", Type: lang.String, Values: []string{"starting", "healthy", "unhealthy", "none"}, Doc: "What its healthcheck says."},
		{Name: "count", Type: lang.Int, Doc: "How many containers; all of the service's, where it is missing."},
	}}, decodeContainer},
	{&lang.BlockSpec{Type: "command", Max: 1, Doc: "A script of one's own, on the host.", Attrs: append([]lang.Attr{
		{Name: "run", Type: lang.Text, Required: true, Doc: "The script."},
		{Name: "status", Type: lang.Int, Default: "0", Doc: "The status that it must end with."},
		{Name: "equals", Type: lang.String, Doc: "What it must print, final newlines aside."},
		{Name: "matches", Type: lang.String, Doc: "A POSIX extended regular expression that a line of its output must match."},
	}, scriptAttrs()...)}, decodeCommand},
}

func probeNames() (names []string) {
	for _, p := range probes {
		names = append(names, p.spec.Type)
	}
	return names
}

func criterionSpec() *lang.BlockSpec {
	var blocks []*lang.BlockSpec
	for _, p := range probes {
		blocks = append(blocks, p.spec)
	}
	return &lang.BlockSpec{
		Type: "criterion", Labels: lang.Name1("The criterion's name."), ForEach: true,
		Doc: "A success criterion: one typed probe, tried until `within` has passed. deploy.sh checks all of them after the last step, and on `verify`.",
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "What is checked, in a few words. The name, where it is missing."},
			{Name: "description", Type: lang.String, Doc: "More about it, for PLAN.md."},
			{Name: "within", Type: lang.Duration, Default: `"30s"`, Doc: "How long the probe is tried until it holds."},
		},
		Blocks: blocks,
		Declare: func(b *lang.Block) any {
			c := &manifest.Criterion{Origin: b.Origin(), Name: b.Name}
			b.Program().Manifest.Criteria = append(b.Program().Manifest.Criteria, c)
			return c
		},
		Decode: decodeCriterion,
	}
}

// scriptAttrs are the attributes of a script besides its text.
func scriptAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "shell", Type: lang.String, Default: `"sh"`, Values: []string{"sh", "bash"}, Doc: "What runs the script, with errexit on."},
		{Name: "env", Type: lang.TextMap, Doc: "Environment variables."},
		{Name: "workdir", Type: lang.String, Doc: "The folder that it runs in, seen from the kit's."},
		{Name: "tools", Type: lang.Strings, Doc: "Programs that it needs on the host: `[\"jq >= 1.6\"]`."},
	}
}

func decodeTools(b *lang.Block) []manifest.Tool {
	var out []manifest.Tool
	for _, it := range b.Items("tools") {
		t, err := tool.Parse(it.Value)
		if err != nil {
			b.Program().Errorf(ruleTool, it.Range, "%s", err)
			continue
		}
		t.Range = it.Range
		out = append(out, t)
	}
	return out
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func decodeEnv(b *lang.Block) []manifest.EnvVar {
	env := b.TextMap("env")
	for _, e := range env {
		if lang.ShellOwns(e.Name) {
			b.Program().Errorf(ruleEnvName, e.Range, "%s is a variable of the shell's own: the script would not see this value. Choose another name.", e.Name)
		}
		if !envName.MatchString(e.Name) {
			b.Program().Errorf(ruleEnvName, e.Range, "%q can't be the name of an environment variable. Use letters, digits and underscores, with no digit at the front.", e.Name)
		}
	}
	return env
}

func decodeCriterion(b *lang.Block) {
	c := b.Ref.(*manifest.Criterion)
	c.Title, c.Description, c.Within = b.String("title"), b.String("description"), b.Duration("within")
	if c.Title == "" {
		c.Title = c.Name
	}
	found := b.Blocks(probeNames()...)
	if len(found) != 1 {
		if len(found) == 0 {
			b.Program().Errorf(ruleProbe, b.Range, "%s has no probe. Add one block of: %s.", b.Address(), strings.Join(probeNames(), ", "))
		} else {
			b.Program().Errorf(ruleProbe, found[1].Range, "%s has a %s probe already. Write another criterion for this one.", b.Address(), found[0].Type)
		}
		return
	}
	for _, p := range probes {
		if p.spec.Type == found[0].Type {
			c.Probe = p.decode(found[0])
		}
	}
}

func endpoint(b *lang.Block) manifest.Endpoint {
	return manifest.Endpoint{Service: serviceOf(b), Port: b.String("port")}
}

func serviceOf(b *lang.Block) *manifest.Service {
	if s, ok := lang.Ref[*manifest.Service](b, "service"); ok {
		return s.Value
	}
	return nil
}

func decodeTCP(b *lang.Block) manifest.Probe {
	return &manifest.TCPProbe{Range: b.Range, Endpoint: endpoint(b)}
}

func decodeGRPC(b *lang.Block) manifest.Probe {
	c := &manifest.GRPCProbe{Range: b.Range, HealthService: b.String("health_service"), List: b.Strings("list")}
	sort.Strings(c.List)
	if b.Has("list") && b.Has("health_service") {
		b.Program().Errorf(ruleAnswer, b.NameRange("list"), "A grpc probe asks either for the health of `health_service` or for the `list` of services. Remove one of them.")
	}
	c.Endpoint = endpoint(b)
	return c
}

func decodeSQL(b *lang.Block) manifest.Probe {
	c := &manifest.SQLProbe{Range: b.Range}
	if d, ok := lang.Ref[*manifest.Database](b, "database"); ok {
		c.Database = d.Value
	}
	c.Query = b.String("query")
	c.Answer = decodeAnswer(b)
	return c
}

func decodePromQL(b *lang.Block) manifest.Probe {
	c := &manifest.PromQLProbe{Range: b.Range, Expr: b.Filled("expr")}
	c.Answer = decodeAnswer(b)
	return c
}

var (
	methodWord = regexp.MustCompile(`^[A-Z]+$`)
	headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

func decodeHTTP(b *lang.Block) manifest.Probe {
	c, p := &manifest.HTTPProbe{Range: b.Range}, b.Program()
	c.Path, c.Method, c.Headers = b.String("path"), b.String("method"), b.StringMap("headers")
	c.Body, c.Status, c.Contains = b.String("body"), b.Int("status"), b.String("contains")
	if !b.Failed("path") && (!strings.HasPrefix(c.Path, "/") || strings.ContainsAny(c.Path, "\r\n")) {
		p.Errorf(ruleHTTP, b.AttrRange("path"), "The path %q doesn't begin with a slash, or spans lines. Write %q.", c.Path, "/"+strings.TrimLeft(c.Path, "/"))
	}
	if !b.Failed("method") && !methodWord.MatchString(c.Method) {
		p.Errorf(ruleHTTP, b.AttrRange("method"), "%q is no method. Write GET, HEAD, POST or another word in capitals.", c.Method)
	}
	for _, h := range c.Headers {
		if !headerName.MatchString(h.Key) || strings.ContainsAny(h.Value, "\r\n\x00") {
			p.Errorf(ruleHTTP, h.Range, "The header %q has an impossible name, or a value that spans lines.", h.Key)
		}
	}
	if !b.Failed("status") && (c.Status < 100 || c.Status > 599) {
		p.Errorf(ruleCount, b.AttrRange("status"), "%d is no HTTP status. It lies between 100 and 599.", c.Status)
	}
	if b.Has("json") && !b.Failed("json") {
		fields, bad := jsonFields(nil, b.Any("json"))
		if _, isMap := b.Any("json").(map[string]any); bad || !isMap {
			p.Errorf(ruleJSON, b.AttrRange("json"), "`json` maps keys to what they must hold: { status = \"healthy\" }.")
		}
		c.JSON = fields
	}
	c.Endpoint = endpoint(b)
	return c
}

// jsonFields flattens a value to the paths of its scalars, in order.
func jsonFields(path []string, v any) (out []manifest.JSONField, bad bool) {
	add := func(key string, v any) {
		more, b := jsonFields(append(append([]string(nil), path...), key), v)
		out, bad = append(out, more...), bad || b
	}
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			add(k, v[k])
		}
		return out, bad || len(v) == 0
	case []any:
		for i, e := range v {
			add(strconv.Itoa(i), e)
		}
		return out, bad || len(v) == 0
	}
	return []manifest.JSONField{{Path: path, Value: v}}, false
}

// decodeAnswer reads equals, min and max of an sql or promql probe.
func decodeAnswer(b *lang.Block) (c manifest.Answer) {
	p := b.Program()
	c.Min, c.Max = b.Number("min"), b.Number("max")
	if b.Has("equals") && !b.Failed("equals") {
		answer := ""
		switch v := b.Any("equals").(type) {
		case string:
			answer = v
		case bool:
			answer = map[bool]string{true: "t", false: "f"}[v] // as psql prints them
		case *big.Rat:
			answer = text.Number(v)
		default:
			p.Errorf(ruleAnswer, b.AttrRange("equals"), "`equals` is a string, a number or a boolean.")
		}
		c.Equals = &answer
	}
	if c.Equals != nil && (c.Min != nil || c.Max != nil) {
		p.Errorf(ruleAnswer, b.NameRange("equals"), "`equals` leaves nothing for `min` and `max` to say. Remove one side.")
	}
	if b.Type == "promql" && c.Equals != nil && !b.Failed("equals") {
		if _, ok := new(big.Rat).SetString(*c.Equals); !ok {
			p.Errorf(ruleAnswer, b.AttrRange("equals"), "The result of a PromQL expression is compared with a number, not with %q.", *c.Equals)
		}
	}
	if c.Min != nil && c.Max != nil && c.Min.Cmp(c.Max) > 0 {
		p.Errorf(ruleAnswer, b.AttrRange("min"), "`min` is above `max`: nothing lies between.")
	}
	if c.Equals == nil && c.Min == nil && c.Max == nil && b.Type == "sql" && !b.Failed("equals", "min", "max") {
		p.Errorf(ruleAnswer, b.Range, "An sql probe says what the answer must be. Add `equals`, `min` or `max`.")
	}
	return c
}

func decodeContainer(b *lang.Block) manifest.Probe {
	c := &manifest.ContainerProbe{Range: b.Range, State: b.String("state"), Health: b.String("health")}
	if c.State == "" && c.Health == "" {
		c.State = "running"
	}
	if b.Has("count") {
		n := b.Int("count")
		c.Count = &n
	}
	c.Service = serviceOf(b)
	return c
}

func decodeCommand(b *lang.Block) manifest.Probe {
	c, p := &manifest.CommandProbe{Range: b.Range}, b.Program()
	c.Run, c.Shell, c.Env, c.Workdir, c.Tools = b.Text("run"), b.String("shell"), decodeEnv(b), b.String("workdir"), decodeTools(b)
	c.Status, c.Matches = b.Int("status"), b.String("matches")
	if b.Has("equals") {
		s := b.String("equals")
		c.Equals = &s
	}
	if c.Matches != "" {
		if _, err := regexp.CompilePOSIX(c.Matches); err != nil {
			p.Errorf(rulePattern, b.AttrRange("matches"), "%s", err)
		}
	}
	if !b.Failed("status") && (c.Status < 0 || c.Status > 255) {
		p.Errorf(ruleCount, b.AttrRange("status"), "%d is no exit status. It lies between 0 and 255.", c.Status)
	}
	return c
}

// finishCriterion checks a probe against its service, which is decoded now.
func finishCriterion(b *lang.Block) {
	probe := b.Ref.(*manifest.Criterion).Probe
	found := b.Blocks(probeNames()...)
	if probe == nil || len(found) != 1 {
		return
	}
	pb, p := found[0], b.Program()
	switch c := probe.(type) {
	case *manifest.HTTPProbe:
		checkEndpoint(pb, &c.Endpoint)
	case *manifest.TCPProbe:
		checkEndpoint(pb, &c.Endpoint)
	case *manifest.GRPCProbe:
		checkEndpoint(pb, &c.Endpoint)
	case *manifest.ContainerProbe:
		if c.Service != nil && c.Count != nil && !pb.Failed("count") && (*c.Count < 0 || *c.Count > len(c.Service.Instances)) {
			p.Errorf(ruleCount, pb.AttrRange("count"), "%s has %d container(s), so %d of them can never be.", c.Service.Address, len(c.Service.Instances), *c.Count)
		}
	case *manifest.PromQLProbe:
		prom := p.Manifest.Prometheus
		switch {
		case prom == nil && !p.Incomplete("prometheus"):
			p.Errorf(rulePromQL, pb.Range, "There is no `prometheus` block whose server could be asked. Declare one.")
		case prom != nil && prom.Service != nil && !published(prom.Service, prom.Port) && !lostPort(p, prom.Service):
			p.Errorf(rulePromQL, pb.Range, "Prometheus isn't published on the host, where deploy.sh asks it. Give its port in %s a `host`.", prom.Service.Address)
		}
	case *manifest.SQLProbe, *manifest.CommandProbe: // nothing of another block
	}
}

func checkEndpoint(pb *lang.Block, e *manifest.Endpoint) {
	if e.Service != nil && !pb.Failed("port") {
		e.Port = checkPort(pb, e.Service, e.Port)
	}
}

// published reports whether a port of the service ("" any) is on the host.
func published(s *manifest.Service, port string) bool {
	for _, i := range s.Instances {
		for _, p := range i.Ports {
			if (port == "" || p.Name == port) && p.Host != 0 {
				return true
			}
		}
	}
	return len(s.Instances) == 0
}

// checkPort finds the port that a probe asks.
func checkPort(pb *lang.Block, s *manifest.Service, name string) string {
	if len(s.Instances) == 0 {
		return name
	}
	p := pb.Program()
	at := pb.Range
	if pb.Given("port") {
		at = pb.AttrRange("port")
	}
	var names []string
	for _, port := range s.Instances[0].Ports {
		names = append(names, port.Name)
	}
	if name == "" {
		if len(names) != 1 {
			if lostPort(p, s) {
				return ""
			}
			p.Errorf(rulePort, at, "%s has %d ports. Say which one is asked: port = \"…\".", s.Address, len(names))
			return ""
		}
		name = names[0]
	}
	for _, i := range s.Instances {
		known := false
		for _, port := range i.Ports {
			if port.Name != name {
				continue
			}
			known = true
			if port.Protocol == "udp" {
				p.Errorf(rulePort, at, "Port %q of %s is UDP, and the probe connects over TCP, where nothing answers. Name a TCP port.", name, s.Address)
				return name
			}
			if port.Host == 0 {
				p.Errorf(rulePort, at, "Port %q of %s isn't published on the host, where deploy.sh asks it. Give the port a `host`.", name, s.Address)
				return name
			}
		}
		if !known {
			if lostPort(p, s) {
				return name
			}
			hint := ""
			if near := p.Suggest(name, names); near != "" {
				hint = " Did you mean \"" + near + "\"?"
			}
			p.Errorf(rulePort, at, "%s has no port %q.%s", s.Address, name, hint)
			return name
		}
	}
	return name
}

// lostPort reports whether a port of the service is in error, so that its
// absence proves nothing.
func lostPort(p *lang.Program, s *manifest.Service) bool {
	for _, b := range p.Blocks("service") {
		if b.Name == s.Name {
			return len(s.Instances) == 0 || len(b.Blocks("port")) > len(s.Instances[0].Ports)
		}
	}
	return false
}
