package checks

import (
	"errors"
	"math/big"
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/tool"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	serviceAttr = lang.Attr{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service to probe. The probe must succeed for each replica."}
	portAttr    = lang.Attr{Name: "port", Type: lang.String, Doc: "The name of the service's port block; optional if there is only one."}
	equalsAttr  = lang.Attr{Name: "equals", Type: lang.Any, Doc: "The expected answer. Numbers are compared as numbers."}
	leastAttr   = lang.Attr{Name: "min", Type: lang.Number, Doc: "The smallest accepted value."}
	mostAttr    = lang.Attr{Name: "max", Type: lang.Number, Doc: "The largest accepted value."}
)

// probes are the kinds of probe of a criterion: for each, its block and its decoder.
var probes = []struct {
	spec   *lang.BlockSpec
	decode func(b *lang.Block) manifest.Probe
}{
	{&lang.BlockSpec{Type: "http",
		Habits: map[string]string{"url": "Write service = service.NAME and path = \"/…\"; the address follows from the service's host port."},
		Max:    1, Doc: "An HTTP request to a published port.", Attrs: []lang.Attr{serviceAttr, portAttr,
			{Name: "path", Type: lang.String, Default: `"/"`, Doc: "The path and query."},
			{Name: "method", Type: lang.String, Default: `"GET"`, Doc: "The HTTP method."},
			{Name: "headers", Type: lang.StringMap, Doc: "The request headers."},
			{Name: "body", Type: lang.String, Doc: "The request body."},
			{Name: "status", Type: lang.Int, Default: "200", Doc: "The expected status."},
			{Name: "json", Type: lang.Any, Doc: "Fields that the JSON answer must contain: `{ status = \"healthy\" }`."},
			{Name: "contains", Type: lang.String, Doc: "Text that the answer must contain."},
		}}, decodeHTTP},
	{&lang.BlockSpec{Type: "tcp", Max: 1, Doc: "A connection to a published port.", Attrs: []lang.Attr{serviceAttr, portAttr}}, decodeTCP},
	{&lang.BlockSpec{Type: "grpc", Max: 1, Doc: "The gRPC health service, or server reflection if `list` is set.", Attrs: []lang.Attr{serviceAttr, portAttr,
		{Name: "health_service", Type: lang.String, Doc: "The service whose health is requested. Default: the server as a whole."},
		{Name: "list", Type: lang.Strings, Doc: "Services that server reflection must list."},
	}}, decodeGRPC},
	{&lang.BlockSpec{Type: "sql", Max: 1, Doc: "A query, run with psql in the database's container.", Attrs: []lang.Attr{
		{Name: "database", Type: lang.RefTo("database"), Required: true, Doc: "The database to query."},
		{Name: "query", Type: lang.String, Required: true, Doc: "A single statement."}, equalsAttr, leastAttr, mostAttr,
	}}, decodeSQL},
	{&lang.BlockSpec{Type: "promql", Max: 1, Doc: "A PromQL expression. Its result must not be empty, and every value must be accepted.", Attrs: []lang.Attr{
		{Name: "expr", Type: lang.String, Required: true, Doc: "The expression."}, equalsAttr, leastAttr, mostAttr,
	}}, decodePromQL},
	{&lang.BlockSpec{Type: "container", Max: 1, Doc: "The state of the service's containers.", Attrs: []lang.Attr{serviceAttr,
		{Name: "state", Type: lang.String, Values: []string{"created", "running", "paused", "restarting", "removing", "exited", "dead"}, Doc: "The expected container state. Default: running, if `health` isn't set either."},
		{Name: "health", Type: lang.String, Values: []string{"starting", "healthy", "unhealthy", "none"}, Doc: "The expected status of the healthcheck."},
		{Name: "count", Type: lang.Int, Doc: "The expected number of containers. Default: all replicas of the service."},
	}}, decodeContainer},
	{&lang.BlockSpec{Type: "command", Max: 1, Doc: "A custom script, run on the host.", Attrs: append([]lang.Attr{
		{Name: "run", Type: lang.Text, Required: true, Doc: "The script."},
		{Name: "status", Type: lang.Int, Default: "0", Doc: "The expected exit status."},
		{Name: "equals", Type: lang.String, Doc: "The expected output; trailing newlines are ignored."},
		{Name: "matches", Type: lang.String, Doc: "A POSIX extended regular expression that a line of the output must match."},
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
		Type: "criterion", Labels: lang.Name1("The name of the criterion."), ForEach: true,
		Doc: "A success criterion: a typed probe, retried until `within` has passed. deploy.sh checks all criteria after the last step, and on `verify`.",
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "What is checked, in a few words. Default: the name."},
			{Name: "description", Type: lang.String, Doc: "A longer description, for PLAN.md."},
			{Name: "within", Type: lang.Duration, Default: `"30s"`, Doc: "How long to retry the probe until it succeeds."},
			lang.TargetsAttr,
		},
		Blocks: blocks,
		Declare: func(b *lang.Block) any {
			c := &manifest.Criterion{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Criteria = append(b.Evaluation().Manifest.Criteria, c)
			return c
		},
		Decode: decodeCriterion,
	}
}

// scriptAttrs are the arguments of a script besides its text.
func scriptAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "shell", Type: lang.String, Default: `"sh"`, Values: []string{"sh", "bash"}, Doc: "The shell that runs the script, with errexit on."},
		{Name: "env", Type: lang.TextMap, Doc: "Environment variables."},
		{Name: "workdir", Type: lang.String, Doc: "The folder in which the script runs, relative to the kit's folder."},
		{Name: "tools", Type: lang.Strings, Doc: "Programs that the script requires on the host: `[\"jq >= 1.6\"]`."},
	}
}

func decodeTools(b *lang.Block) []manifest.Tool {
	var out []manifest.Tool
	for _, it := range b.Items("tools") {
		t, err := tool.Parse(it.Value)
		if err != nil {
			b.Evaluation().Errorf(ruleTool, it.Range, "%s", err)
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
			b.Evaluation().Errorf(ruleEnvName, e.Range, "%s is reserved by the shell, so the script would not see this value. Choose another name.", e.Name)
		}
		if !envName.MatchString(e.Name) {
			b.Evaluation().Errorf(ruleEnvName, e.Range, "%q is not a valid environment variable name. Use letters, digits and underscores, and don't start with a digit.", e.Name)
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
			b.Evaluation().Errorf(ruleProbe, b.Range, "%s has no probe. Add one of these blocks: %s.", b.Address(), strings.Join(probeNames(), ", "))
		} else {
			b.Evaluation().Errorf(ruleProbe, found[1].Range, "%s already has a %s probe. Write a separate criterion for this one.", b.Address(), found[0].Type)
		}
		return
	}
	for _, p := range probes {
		if p.spec.Type == found[0].Type {
			c.Probe = p.decode(found[0])
			c.At = b.RangesOf("targets")
			if found[0].Given("run") {
				c.At["run"] = found[0].AttrRange("run")
			}
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
		b.Evaluation().Errorf(ruleAnswer, b.NameRange("list"), "A grpc probe checks either the health of `health_service` or the `list` of services, not both. Remove one of them.")
	}
	c.Endpoint = endpoint(b)
	return c
}

func decodeSQL(b *lang.Block) manifest.Probe {
	c := &manifest.SQLProbe{Range: b.Range, At: b.AttrRange("query")}
	if d, ok := lang.Ref[*manifest.Database](b, "database"); ok {
		c.Database = d.Value
	}
	c.Query = b.String("query")
	c.Answer = decodeAnswer(b)
	return c
}

func decodePromQL(b *lang.Block) manifest.Probe {
	c := &manifest.PromQLProbe{Range: b.Range, Expr: b.Filled("expr"), At: b.AttrRange("expr")}
	c.Answer = decodeAnswer(b)
	return c
}

var (
	methodWord = regexp.MustCompile(`^[A-Z]+$`)
	headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

func decodeHTTP(b *lang.Block) manifest.Probe {
	c, p := &manifest.HTTPProbe{Range: b.Range}, b.Evaluation()
	c.Path, c.Method, c.Headers = b.String("path"), b.String("method"), b.StringMap("headers")
	c.Body, c.Status, c.Contains = b.String("body"), b.Int("status"), b.String("contains")
	if !b.Failed("path") && (!strings.HasPrefix(c.Path, "/") || strings.ContainsAny(c.Path, "\r\n")) {
		p.Errorf(ruleHTTP, b.AttrRange("path"), "The path %q must start with a slash and fit on one line. Write %q.", c.Path, "/"+strings.TrimLeft(c.Path, "/"))
	}
	if !b.Failed("method") && !methodWord.MatchString(c.Method) {
		p.Errorf(ruleHTTP, b.AttrRange("method"), "%q is not a valid HTTP method. Use GET, HEAD, POST or another upper-case word.", c.Method)
	}
	for _, h := range c.Headers {
		if !headerName.MatchString(h.Key) || strings.ContainsAny(h.Value, "\r\n\x00") {
			p.Errorf(ruleHTTP, h.Range, "The header %q has an invalid name, or its value contains a line break.", h.Key)
		}
	}
	if !b.Failed("status") && (c.Status < 100 || c.Status > 599) {
		p.Errorf(ruleCount, b.AttrRange("status"), "%d is not a valid HTTP status. Use a number from 100 to 599.", c.Status)
	}
	if b.Has("json") && !b.Failed("json") {
		fields, bad := jsonFields(nil, b.Any("json"))
		if _, isMap := b.Any("json").(map[string]any); bad || !isMap {
			p.Errorf(ruleJSON, b.AttrRange("json"), "`json` must be a map from keys to expected values: { status = \"healthy\" }.")
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
	p := b.Evaluation()
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
			p.Errorf(ruleAnswer, b.AttrRange("equals"), "`equals` must be a string, a number or a boolean.")
		}
		c.Equals = &answer
	}
	if c.Equals != nil && (c.Min != nil || c.Max != nil) {
		p.Errorf(ruleAnswer, b.NameRange("equals"), "`equals` can't be combined with `min` or `max`. Remove one of the two.")
	}
	if b.Type == "promql" && c.Equals != nil && !b.Failed("equals") {
		if _, ok := new(big.Rat).SetString(*c.Equals); !ok {
			p.Errorf(ruleAnswer, b.AttrRange("equals"), "A PromQL result is compared with a number, so %q is not valid here.", *c.Equals)
		}
	}
	if c.Min != nil && c.Max != nil && c.Min.Cmp(c.Max) > 0 {
		p.Errorf(ruleAnswer, b.AttrRange("min"), "`min` is greater than `max`, so no value is accepted.")
	}
	if c.Equals == nil && c.Min == nil && c.Max == nil && b.Type == "sql" && !b.Failed("equals", "min", "max") {
		p.Errorf(ruleAnswer, b.Range, "An sql probe must state the expected answer. Add `equals`, `min` or `max`.")
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

func patternFault(err error) string {
	var e *syntax.Error
	if errors.As(err, &e) {
		return e.Code.String()
	}
	return err.Error()
}

func decodeCommand(b *lang.Block) manifest.Probe {
	c, p := &manifest.CommandProbe{Range: b.Range}, b.Evaluation()
	c.Run, c.Shell, c.Env, c.Workdir, c.Tools = b.Script("run"), b.String("shell"), decodeEnv(b), b.String("workdir"), decodeTools(b)
	c.Status, c.Matches = b.Int("status"), b.String("matches")
	if b.Has("equals") {
		s := b.String("equals")
		c.Equals = &s
	}
	if c.Matches != "" {
		if _, err := regexp.CompilePOSIX(c.Matches); err != nil {
			p.Errorf(rulePattern, b.AttrRange("matches"), "%q is not a valid POSIX extended regular expression: %s.", c.Matches, patternFault(err))
		}
	}
	if !b.Failed("status") && (c.Status < 0 || c.Status > 255) {
		p.Errorf(ruleCount, b.AttrRange("status"), "%d is not a valid exit status. Use a number from 0 to 255.", c.Status)
	}
	return c
}

// finishCriterion checks a probe against its service, which is decoded by now.
func finishCriterion(b *lang.Block) {
	probe := b.Ref.(*manifest.Criterion).Probe
	found := b.Blocks(probeNames()...)
	if probe == nil || len(found) != 1 {
		return
	}
	pb, p := found[0], b.Evaluation()
	switch c := probe.(type) {
	case *manifest.HTTPProbe:
		checkEndpoint(pb, &c.Endpoint)
	case *manifest.TCPProbe:
		checkEndpoint(pb, &c.Endpoint)
	case *manifest.GRPCProbe:
		checkEndpoint(pb, &c.Endpoint)
	case *manifest.ContainerProbe:
		if c.Service != nil && c.Count != nil && !pb.Failed("count") && (*c.Count < 0 || *c.Count > len(c.Service.Instances)) {
			p.Errorf(ruleCount, pb.AttrRange("count"), "%s has %s, so a count of %d can never be reached.", c.Service.Address, text.Count(len(c.Service.Instances), "container"), *c.Count)
		}
	case *manifest.PromQLProbe:
		prom := p.Manifest.Prometheus
		switch {
		case prom == nil && len(p.Blocks("prometheus")) == 0 && !p.Incomplete("prometheus"):
			p.Errorf(rulePromQL, pb.Range, "A promql probe queries the Prometheus server, but the manifest has no `prometheus` block. Declare one: prometheus { service = service.NAME }.")
		case prom != nil && prom.Service != nil && !published(prom.Service, prom.Port) && !lostPort(p, prom.Service):
			p.Errorf(rulePromQL, pb.Range, "Prometheus isn't published on the host, from where deploy.sh queries it. Set `host` for its port in %s.", prom.Service.Address)
		}
	case *manifest.SQLProbe, *manifest.CommandProbe: // refers to no other block
	}
}

func checkEndpoint(pb *lang.Block, e *manifest.Endpoint) {
	if e.Service != nil && !pb.Failed("port") {
		e.Port = checkPort(pb, e.Service, e.Port)
	}
}

// published reports whether a port of the service ("": any) is published on the host.
func published(s *manifest.Service, port string) bool {
	for _, i := range s.Instances {
		for _, p := range i.Ports {
			if (port == "" || p.Name == port) && p.Host != 0 && p.Last == 0 {
				return true
			}
		}
	}
	return len(s.Instances) == 0
}

// checkPort finds the port of a probe.
func checkPort(pb *lang.Block, s *manifest.Service, name string) string {
	if len(s.Instances) == 0 {
		return name
	}
	p := pb.Evaluation()
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
			p.Errorf(rulePort, at, "%s has %d ports. Name the one to probe: port = \"…\".", s.Address, len(names))
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
				p.Errorf(rulePort, at, "Port %q of %s is UDP, but the probe connects over TCP. Name a TCP port.", name, s.Address)
				return name
			}
			if (port.Free || port.Last != 0) && p.Manifest.Target != manifest.TargetKubernetes {
				p.Errorf(rulePort, at, "Port %q of %s isn't one known port: it is a range, or published on any free port. Probe a port block with the number of one.", name, s.Address)
				return name
			}
			if port.Host == 0 && p.Manifest.Target != manifest.TargetKubernetes {
				p.Errorf(rulePort, at, "Port %q of %s isn't published on the host, from where deploy.sh probes it. Set `host` for the port.", name, s.Address)
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

// lostPort reports whether a port of the service is in error, so that its absence proves nothing.
func lostPort(p *lang.Evaluation, s *manifest.Service) bool {
	for _, b := range p.Blocks("service") {
		if b.Name == s.Name {
			return len(s.Instances) == 0 || slices.ContainsFunc(s.Instances, func(i *manifest.Instance) bool { return len(b.Blocks("port")) > len(i.Ports) })
		}
	}
	return false
}
