package service

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/image"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

func (d *decoder) decode(b *lang.Block) {
	s := b.Ref.(*manifest.Service)
	if f, ok := lang.Ref[*manifest.Image](b, "image"); ok {
		s.Image = f.Value
	}
	s.Replicated = d.count(b).given
	s.Oneshot = b.Bool("oneshot")
	s.Profiles = slices.Compact(sorted(b.Strings("profiles")))
	s.Restart = restart(b, s.Oneshot)
	s.Exposed, s.ExposedReason = exposed(b)
	s.Cost, s.Duration = core.Cost(b), b.Duration("duration")
	for _, f := range lang.Refs[*manifest.Network](b, "networks") {
		if !slices.Contains(s.Networks, f.Value) {
			s.Networks = append(s.Networks, f.Value)
		}
	}
	sort.Slice(s.Networks, func(i, j int) bool { return s.Networks[i].Name < s.Networks[j].Name })
	if f, ok := lang.Ref[*manifest.Action](b, "made_by"); ok {
		s.FilesMadeBy = &manifest.ActionRef{Action: f.Value, Range: f.Range}
	}
	d.dependsOn(b, s)
	for _, x := range b.Mentioned("service", "") {
		if other, ok := x.(*manifest.Service); ok && other != s {
			s.Mentions = append(s.Mentions, other)
		}
	}
	for _, x := range b.Mentioned("service", "instances") {
		if other, ok := x.(*manifest.Service); ok {
			other.Named = true
		}
	}
	views := d.replicas(b)
	for i, v := range views {
		before := b.Evaluation().Reported()
		s.Instances = append(s.Instances, d.instance(v, s, i, d.instanceName(b, i)))
		if b.Evaluation().Reported() > before || v.Failed() { // the same error for the other replicas adds nothing
			for n := i + 1; n < len(views); n++ {
				s.Instances = append(s.Instances, &manifest.Instance{Index: n, Name: d.instanceName(b, n)})
			}
			views = views[:i+1]
			break
		}
	}
	composeKeysOf(b, views, s)
	d.healthcheck(b, s)
	d.scrapes(b, s)
	resources(b, s)
	logging(b, s)
	d.of[b].stated = harden(b, s)
	d.deploy(b, s, d.of[b].stated)
	rollout(b, s)
	d.renamed(b, s)
	d.reload(b, s)
}

// rollout reads how containers are replaced.
func rollout(b *lang.Block, s *manifest.Service) {
	s.Rollout.MaxUnavailable = 1
	r := b.Block("rollout")
	if r == nil {
		return
	}
	s.Rollout.MaxUnavailable, s.Rollout.Pause, s.Rollout.StartFirst = r.Int("max_unavailable"), r.Duration("pause"), startsFirst(b)
	if s.Rollout.MaxUnavailable < 1 && !r.Failed("max_unavailable") {
		b.Evaluation().Errorf(ruleRollout, r.AttrRange("max_unavailable"), "max_unavailable is %d, so no container of %s could ever be replaced. Write 1 or more.", s.Rollout.MaxUnavailable, s.Address)
		s.Rollout.MaxUnavailable = 1
	}
}

func sorted(s []string) []string {
	sort.Strings(s)
	return s
}

func (d *decoder) instance(v *lang.Block, s *manifest.Service, i int, name string) *manifest.Instance {
	inst := &manifest.Instance{Index: i, Name: name, ContainerName: containerName(v, name)}
	if n := inst.ContainerName; n != "" && !validContainerName(n) {
		v.Evaluation().Errorf(ruleBadName, v.AttrRange("container_name"), "%q is not a valid container name. Use at least two letters, digits, underscores, dots and hyphens, starting with a letter or digit.", n)
	}
	inst.Env = v.Environment("env")
	for _, e := range inst.Env {
		envName(v, e.Name, e.Range)
		if secrets := e.Value.Secrets(); len(secrets) > 0 && !v.Bool("exposed") && !v.Failed("exposed") {
			d.later = append(d.later, func(p *lang.Evaluation) { d.secretShown(p, s, e, secrets[0]) })
		}
	}
	for _, f := range lang.RefMap[*manifest.Secret](v, "secret_env") {
		envName(v, f.Key, f.Range)
		for _, e := range inst.Env {
			if e.Name == f.Key {
				v.Evaluation().Errorf(ruleEnvTwice, f.Range, "%s is also set in env, at %s. Remove one of the two.", f.Key, lang.Place(e.Range))
			}
		}
		inst.SecretEnv = append(inst.SecretEnv, manifest.SecretEnv{Name: f.Key, Secret: f.Value, Range: f.Range})
	}
	for _, f := range lang.Refs[*manifest.Secret](v, "secrets") {
		if !slices.Contains(inst.SecretFiles, f.Value) {
			inst.SecretFiles = append(inst.SecretFiles, f.Value)
		}
	}
	inst.Command, inst.Entrypoint = command(v, "command"), command(v, "entrypoint")
	inst.Labels = v.StringMap("labels")
	joins(v, s, inst)
	for _, pb := range v.Blocks("port") {
		if p := port(pb); p != nil {
			inst.Ports = append(inst.Ports, p)
		}
	}
	sort.Slice(inst.Ports, func(i, j int) bool { return inst.Ports[i].Name < inst.Ports[j].Name })
	for _, mb := range v.Blocks("mount") {
		if m := d.mount(mb, s.Address); m != nil {
			inst.Mounts = append(inst.Mounts, m)
		}
	}
	sort.SliceStable(inst.Mounts, func(i, j int) bool { return inst.Mounts[i].Target < inst.Mounts[j].Target })
	return inst
}

// secretShown reports a secret in the environment, and how the service's image reads it instead, if
// that is known.
func (d *decoder) secretShown(p *lang.Evaluation, s *manifest.Service, e manifest.EnvVar, secret *manifest.Secret) {
	if d.shown[e.Range] {
		return // by another replica
	}
	d.shown[e.Range] = true
	form, known := s.Running().FileForm(e.Name)
	how := fmt.Sprintf("Use secret_env = { %s_FILE = %s } if the program can read a file; otherwise, set exposed = true and a reason.", e.Name, secret.Address)
	switch {
	case form != "" && len(e.Value) == 1:
		how = fmt.Sprintf("The image can read it from a file: write secret_env = { %s = %s }.", form, secret.Address)
	case known && slices.Contains(s.Running().PasswordEnv, e.Name):
		how = fmt.Sprintf("%s can't read a secret from a file: set exposed = true and a reason.", s.Image.Tag)
	}
	p.Errorf(ruleSecretInEnv, e.Range, "%s would show %s to everyone who can inspect the container. %s", e.Name, secret.Address, how)
}

func validContainerName(n string) bool {
	for i := 0; i < len(n); i++ {
		c := n[i]
		alnum := '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !alnum && (i == 0 || c != '_' && c != '.' && c != '-') {
			return false
		}
	}
	return len(n) > 1
}

func envName(b *lang.Block, n string, at hcl.Range) {
	if n == "" || strings.ContainsAny(n, "= \t\n\r\x00") {
		b.Evaluation().Errorf(ruleEnvName, at, "%q is not a valid environment variable name. It must not be empty or contain an equals sign or a space.", n)
	}
}

func port(b *lang.Block) *manifest.Port {
	p := &manifest.Port{Name: b.Name, Bind: bind(b), Protocol: b.String("protocol"), Range: b.Range}
	container, ok := ports(b, "container", 1)
	p.Container = container.first
	if container.last > container.first {
		p.Last = container.last
	}
	if p.HostVar = b.Parameter("host"); p.HostVar != "" {
		p.Host = parameterPort(b, p.HostVar)
		if ok && p.Last != 0 {
			b.Evaluation().Errorf(rulePort, b.AttrRange("host"), "A parameter is one port, but the container's are %d. Write a range, such as \"%s\".", p.Last-p.Container+1, p.Numbers())
			ok = false
		}
	} else if host, valid := ports(b, "host", 0); !valid {
		ok = false
	} else if b.Given("host") && ok {
		ok = publish(b, p, host)
	}
	if _, err := netip.ParseAddr(p.Bind); err != nil && b.Given("bind") && !b.Failed("bind") {
		b.Evaluation().Errorf(rulePort, b.AttrRange("bind"), "%q is not a valid host address. Use one such as 127.0.0.1 or 0.0.0.0.", p.Bind)
		ok = false
	}
	if b.Given("host") {
		p.Range = b.AttrRange("host")
	}
	if !ok || b.Failed() || !b.Given("container") {
		return nil
	}
	return p
}

// portSpan is the ports from first to last.
type portSpan struct{ first, last int }

// ports reads a port or a range of ports. It is invalid if a number is below least.
func ports(b *lang.Block, attr string, least int) (r portSpan, ok bool) {
	r.first, r.last = b.Ports(attr)
	if b.Failed(attr) || !b.Has(attr) {
		return r, !b.Failed(attr)
	}
	for _, n := range []int{r.first, r.last} {
		if n < least || n > 65535 {
			b.Evaluation().Errorf(rulePort, b.AttrRange(attr), "%d is not a valid port. Use a number from 1 to 65535.", n)
			return r, false
		}
	}
	if r.last < r.first {
		b.Evaluation().Errorf(rulePort, b.AttrRange(attr), "The range ends before it starts. Write it as \"%d-%d\".", r.last, r.first)
		return r, false
	}
	return r, true
}

// publish reads where on the host a port is published.
func publish(b *lang.Block, p *manifest.Port, host portSpan) bool {
	ports := 1
	if p.Last != 0 {
		ports = p.Last - p.Container + 1
	}
	switch on := host.last - host.first + 1; {
	case host.last == 0:
		p.Free = true
	case host.first == 0:
		b.Evaluation().Errorf(rulePort, b.AttrRange("host"), "0 is not a valid port in a range. Use a number from 1 to 65535.")
		return false
	case ports == 1 && on > 1:
		p.Free, p.Among = true, strconv.Itoa(host.first)+"-"+strconv.Itoa(host.last)
	case ports != on:
		b.Evaluation().Errorf(rulePort, b.AttrRange("host"), "The container's range has %s, but that of the host has %d. Write host = \"%d-%d\".",
			text.Count(ports, "port"), on, host.first, host.first+ports-1)
		return false
	default:
		p.Host = host.first
	}
	return true
}

// parameterPort is the default of the parameter that is a host port; 1 without one, or if it is invalid, which is reported.
func parameterPort(b *lang.Block, envVar string) int {
	x := b.Evaluation().ParameterBlock(envVar)
	if x == nil {
		return 1
	}
	if word, _ := lang.Keyword(x.Expr("type")); word != string(manifest.NumberParameter) {
		b.Evaluation().Errorf(rulePort, b.AttrRange("host"), "%s is a %s, but a port is a number. Write type = number, min = 1 and max = 65535 in the parameter.", x.Address(), word)
		return 1
	}
	if !x.Has("default") || x.Failed("default") {
		return 1
	}
	n, err := strconv.Atoi(b.Evaluation().Sample(b.Deferred("host")))
	if err != nil || n < 1 || n > 65535 {
		b.Evaluation().Errorf(rulePort, b.AttrRange("host"), "The default of %s is not a valid port. Use a number from 1 to 65535.", x.Address())
		return 1
	}
	return n
}

func exposed(b *lang.Block) (bool, string) {
	on, reason := b.Bool("exposed"), b.String("reason")
	if on && strings.TrimSpace(reason) == "" && !b.Failed("reason") {
		b.Evaluation().Errorf(ruleReason, b.AttrRange("exposed"), "The service is exposed, but there is no reason why its program can't read a secret from a file. Add reason = \"…\".")
	}
	return on, reason
}

// bind is the address that a port is published on.
func bind(b *lang.Block) string {
	if b.Has("bind") {
		return b.String("bind")
	}
	if d := core.Defaults(b.Evaluation()); d != nil {
		return d.String("bind")
	}
	return core.LocalAddress
}

// logging is that of the system's defaults, if the service sets none.
func logging(b *lang.Block, s *manifest.Service) {
	d := core.Defaults(b.Evaluation())
	if d == nil || s.Compose["logging"] != nil || s.Instances[0].Compose["logging"] != nil {
		return
	}
	if x := d.Block("logging"); x != nil {
		setPassthrough(&s.Compose, "logging", &manifest.Passthrough{Origin: manifest.Origin{Address: d.Address() + ".logging", Range: x.Range}, Value: x.Tree()})
	} else if d.Given("logging") {
		setPassthrough(&s.Compose, "logging", d.Passthrough("logging"))
	}
}

// restart is the service's policy, or that of the system's defaults.
func restart(b *lang.Block, oneshot bool) (none manifest.Restart) {
	if !b.Has("restart") {
		if b = core.Defaults(b.Evaluation()); b == nil || oneshot || !b.Has("restart") {
			return none
		}
	}
	r := restartOf(b)
	if oneshot && r.Succeeded() {
		b.Evaluation().Errorf(ruleRestart, b.AttrRange("restart"), "A one-shot service that restarts whenever it ends never completes. Use \"no\" or \"on-failure\".")
	}
	return r
}

// restartOf reads a block's policy; none if it is invalid, which is reported.
func restartOf(b *lang.Block) (r manifest.Restart) {
	word := b.String("restart")
	policy, number, counted := strings.Cut(word, ":")
	r.Policy = manifest.RestartPolicy(policy)
	known := slices.Contains(manifest.RestartPolicies, r.Policy)
	if counted {
		n, err := strconv.Atoi(number)
		known = known && r.Policy == manifest.RestartOnFailure && err == nil && n >= 0
		r.Attempts = &n
	}
	if known {
		return r
	}
	if !b.Failed("restart") {
		fix := restartHabits[strings.ReplaceAll(word, "_", "-")]
		if fix != "" {
			fix = strconv.Quote(fix)
		}
		b.Evaluation().Report(ruleRestart.Fix(b.AttrRange("restart"), fix, "%q is not a valid restart policy; use \"no\", \"always\", \"unless-stopped\", \"on-failure\" or \"on-failure:3\".", word))
	}
	return manifest.Restart{}
}

// checkDefaults checks the system's defaults for all services, once.
func checkDefaults(p *lang.Evaluation) {
	b := core.Defaults(p)
	if b == nil {
		return
	}
	if b.Has("restart") {
		restartOf(b)
	}
	if _, err := netip.ParseAddr(b.String("bind")); err != nil && !b.Failed("bind") {
		p.Errorf(rulePort, b.AttrRange("bind"), "%q is not a valid host address. Use one such as 127.0.0.1 or 0.0.0.0.", b.String("bind"))
	}
	if h := b.Block("harden"); h != nil {
		image.CapabilityNames(h, "cap_add")
	}
	if b.Block("logging") != nil && b.Given("logging") {
		p.Errorf(ruleBothForms, b.Block("logging").Range, "\"logging\" is also set as an argument, at %s. Keep one of the two.", lang.Place(b.NameRange("logging")))
	}
}

func (d *decoder) dependsOn(b *lang.Block, s *manifest.Service) {
	expr := b.Expr("depends_on")
	if expr == nil {
		return
	}
	p := b.Evaluation()
	if _, isList := expr.(*hclsyntax.TupleConsExpr); isList {
		found, ok := b.Scope().Refs(expr, "service")
		for _, f := range found {
			if t, isService := f.Value.(*manifest.Service); isService && ok {
				s.DependsOn = append(s.DependsOn, &manifest.Dependency{Service: t, Condition: manifest.OnStarted, Range: f.Range})
			}
		}
		d.sortDepends(s)
		return
	}
	if one, isRef := expr.(*hclsyntax.ScopeTraversalExpr); isRef && one.Traversal.RootName() == "service" {
		b.Invalid("depends_on", "must be a list of services, such as [service.db], or a map from their names to \"started\", \"healthy\" or \"completed\"")
		return
	}
	entries, _ := b.Entries("depends_on")
	for _, e := range entries {
		v, ok := b.Scope().Eval(e.Expr)
		targets := p.LookupAll("service", e.Key, e.KeyRange)
		if !ok || len(targets) == 0 {
			continue
		}
		optional, restarts := false, false
		if v.Type().IsObjectType() && !v.IsNull() {
			if v, optional, restarts, ok = dependency(v); !ok {
				p.Errorf(ruleDepends, e.Expr.Range(), "A dependency is \"started\", \"healthy\" or \"completed\", or { condition = \"healthy\", required = true, restart = false }.")
				continue
			}
		}
		if v.Type() != cty.String || v.IsNull() || v.IsMarked() || !slices.Contains(manifest.Conditions, manifest.Condition(v.AsString())) {
			shown := "This"
			if v.Type() == cty.String && !v.IsNull() && !v.IsMarked() {
				shown = strconv.Quote(v.AsString())
			}
			b.ErrorTranslated(ruleDepends, "depends_on", e.Expr.Range(), "%s is not a valid depends_on condition; use \"started\", \"healthy\" or \"completed\".", shown)
			continue
		}
		for _, t := range targets {
			if ts, isService := t.Ref.(*manifest.Service); isService {
				s.DependsOn = append(s.DependsOn, &manifest.Dependency{Service: ts, Condition: manifest.Condition(v.AsString()), Optional: optional, Restart: restarts, Range: e.Expr.Range()})
			}
		}
	}
	d.sortDepends(s)
}

// dependency reads the long form of an entry of depends_on; the condition is "started" unless it is set.
func dependency(v cty.Value) (condition cty.Value, optional, restarts, ok bool) {
	condition = cty.StringVal(string(manifest.OnStarted))
	for name, x := range v.AsValueMap() {
		if x.IsMarked() || x.IsNull() || name != "condition" && x.Type() != cty.Bool {
			return condition, false, false, false
		}
		switch name {
		case "condition":
			condition = x
		case "required":
			optional = x.False()
		case "restart":
			restarts = x.True()
		default:
			return condition, false, false, false
		}
	}
	return condition, optional, restarts, true
}

func (d *decoder) sortDepends(s *manifest.Service) {
	sort.SliceStable(s.DependsOn, func(i, j int) bool { return s.DependsOn[i].Service.Name < s.DependsOn[j].Service.Name })
}

// composeKeysOf reads the keys that are passed through to Compose; values that differ between replicas
// belong to the instances.
func composeKeysOf(b *lang.Block, views []*lang.Block, s *manifest.Service) {
	p := b.Evaluation()
	for _, k := range composeKeys {
		blk := b.Block(k)
		if blk == nil && !b.Given(k) {
			continue
		}
		if blk != nil && b.Given(k) {
			p.Errorf(ruleBothForms, blk.Range, "\"%s\" is also set as an argument, at %s. Keep one of the two.", k, lang.Place(b.NameRange(k)))
			continue
		}
		values := make([]*manifest.Passthrough, len(views))
		same := true
		for i, v := range views {
			if blk != nil {
				values[i] = &manifest.Passthrough{Origin: manifest.Origin{Address: b.Address() + "." + k, Range: blk.Range}, Value: v.Block(k).Tree()}
			} else {
				values[i] = v.Passthrough(k)
			}
			composePaths(v, values[i], k)
			same = same && (i == 0 || reflect.DeepEqual(values[i], values[0]))
		}
		if values[0] != nil && (k == "cap_add" || k == "cap_drop") {
			if _, isList := values[0].Value.([]any); isList {
				image.CapabilityNames(views[0], k) // reports unknown ones
			}
		}
		if same {
			setPassthrough(&s.Compose, k, values[0])
			continue
		}
		for i, x := range values {
			setPassthrough(&s.Instances[i].Compose, k, x)
		}
	}
	if s.ComposeNew = b.Passthrough("compose"); s.ComposeNew != nil {
		if _, ok := s.ComposeNew.Value.(map[string]any); !ok {
			p.Errorf(ruleComposeMap, b.AttrRange("compose"), "`compose` must be a map of Compose keys, such as { stop_signal = \"SIGQUIT\" }.")
			s.ComposeNew = nil
		}
		composePaths(b, s.ComposeNew, "compose")
	}
	commandKeys(b, s)
}

func setPassthrough(m *map[string]*manifest.Passthrough, k string, x *manifest.Passthrough) {
	if x == nil {
		return
	}
	if *m == nil {
		*m = map[string]*manifest.Passthrough{}
	}
	(*m)[k] = x
}
