package rules

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	emptyValidation = diag.Error("OG810", "Validation that validates nothing",
		"A validation passes when its script exits with 0. One that consists of comments alone always does, so it proves nothing while the plan relies on it.")
	swallowed = diag.Warning("OG811", "Failure is swallowed",
		"`… || true`, `… || echo …` or `… || :` as the last word of a script makes it succeed whatever happened: the plan goes on from a state that was never reached.")
	statusGrep = diag.Warning("OG812", "Status is matched as a substring",
		"A grep for \"healthy\" also matches \"unhealthy\", one for \"Up\" also matches \"Up 3 seconds (unhealthy)\". A container criterion, or docker inspect --format with an equality, compares the status itself.")
	sleepWait = diag.Warning("OG813", "Waiting by sleep",
		"A sleep on its own waits too long on a fast machine and too short on a slow one. A loop that asks for the condition until a deadline, a criterion's within, or the made await action waits exactly as long as it takes.")
	unknownContainer = diag.Warning("OG814", "No container has this name",
		"A script that names a container in clear goes wrong when the manifest's name changes. References such as ${service.x.instances[0].container_name} can't.")
	unpublishedPort = diag.Warning("OG815", "No service publishes this port",
		"A script that names a port of this machine in clear goes wrong when the manifest's port changes. References such as ${service.x.port.http.host} can't.")
	destructive = diag.Warning("OG816", "Command destroys what the deployment does not own",
		"docker system prune, docker volume prune and the like, or a kill of whatever holds a port, destroy other people's work on the same machine. Name what is to go.")
	curlGlob = diag.Warning("OG817", "curl will expand this URL",
		"curl reads { } and [ ] in a URL as patterns, so a PromQL selector in it never arrives as written. --data-urlencode with -G sends it as it is; a promql criterion asks without curl's syntax.")
)

// script is one shell text of a manifest.
type script struct {
	owner  string // address
	what   string // run, validate, rollback
	shell  string
	text   manifest.Text
	rng    hcl.Range
	strict bool // its exit status is the answer
}

// scriptsOf lists every script that a kit would run on the host.
func scriptsOf(m *manifest.Manifest) []script {
	var out []script
	add := func(o manifest.Origin, what, shell string, t manifest.Text, rng hcl.Range) {
		if len(t) > 0 {
			out = append(out, script{o.Address, what, shell, t, rng, what == "validate"})
		}
	}
	for _, a := range m.Actions {
		add(a.Origin, "run", a.Shell, a.Run, a.Range)
		add(a.Origin, "validate", a.Shell, a.Validate, a.Range)
		add(a.Origin, "rollback", a.Shell, a.Rollback, a.Range)
	}
	for _, c := range m.Criteria {
		if c.Check != nil && c.Check.Kind == "command" {
			add(c.Origin, "run", c.Check.Shell, c.Check.Run, c.Check.Range)
		}
	}
	for _, b := range m.Benchmarks {
		add(b.Origin, "run", b.Shell, b.Run, b.Range)
	}
	return out
}

// source is the script as a shell sees it, secrets as the variables that
// carry them.
func (s script) source() string {
	var b strings.Builder
	for _, p := range s.text {
		if p.Secret != nil {
			b.WriteString(`"$` + p.Secret.EnvVar + `"`)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// scripts reads every script's syntax tree. A script that does not parse is
// reported where it is rendered, not here.
func scripts(m *manifest.Manifest) hcl.Diagnostics {
	w := &walker{containers: map[string]bool{}, ports: map[int]bool{}}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			w.containers[i.ContainerName] = true
			for _, p := range i.Ports {
				w.ports[p.Host] = true
			}
		}
	}
	for _, s := range scriptsOf(m) {
		variant := syntax.LangPOSIX
		if s.shell == "bash" {
			variant = syntax.LangBash
		}
		file, err := syntax.NewParser(syntax.Variant(variant)).Parse(strings.NewReader(s.source()), "")
		if err != nil {
			continue
		}
		w.script = s
		w.file(file)
	}
	return w.diags
}

type walker struct {
	script     script
	containers map[string]bool
	ports      map[int]bool
	diags      hcl.Diagnostics
	said       map[string]bool
}

// report says each thing once a script.
func (w *walker) report(r *diag.Rule, key, format string, args ...any) {
	if key = r.Code + key; w.said[key] {
		return
	}
	w.said[key] = true
	w.diags = append(w.diags, r.At(w.script.rng, "In `"+w.script.what+"` of "+w.script.owner+": "+format, args...))
}

func (w *walker) file(f *syntax.File) {
	w.said = map[string]bool{}
	if len(f.Stmts) == 0 {
		if w.script.what == "validate" {
			w.report(emptyValidation, "", "the script has no command. Write a command that fails when the action did not do its work, or leave validate out.")
		}
		return
	}
	if last, ok := f.Stmts[len(f.Stmts)-1].Cmd.(*syntax.BinaryCmd); ok && last.Op == syntax.OrStmt {
		if name := commandName(last.Y); name == "true" || name == ":" || name == "echo" || name == "printf" {
			w.report(swallowed, "", "the last command ends in `|| %s`, so it succeeds whatever happened. Let it fail, or write `|| { echo …; exit 1; }`.", name)
		}
	}
	for _, s := range f.Stmts {
		if call, ok := s.Cmd.(*syntax.CallExpr); ok && !s.Background && word(call, 0) == "sleep" {
			w.report(sleepWait, "", "`sleep %s` waits without asking for anything. Wait in a loop for the condition that is meant, with a deadline.", word(call, 1))
		}
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok {
			w.call(call)
		}
		return true
	})
}

func (w *walker) call(c *syntax.CallExpr) {
	switch word(c, 0) {
	case "grep", "egrep", "fgrep":
		w.grep(c)
	case "docker":
		w.docker(c)
	case "curl", "wget":
		w.url(c)
	case "xargs":
		if word(c, 1) == "kill" {
			w.report(destructive, "kill", "`xargs kill` ends processes that the deployment does not own. Say which process is in the way and let the user end it.")
		}
	}
}

func (w *walker) grep(c *syntax.CallExpr) {
	for i := 1; i < len(c.Args); i++ {
		a := word(c, i)
		if a == "-w" || a == "-x" || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.ContainsAny(a, "wx") {
			return
		}
		if a == "healthy" || a == "Up" {
			w.report(statusGrep, a, "`grep %s` matches more than it says. Compare the status itself: docker inspect --format '{{.State.Health.Status}}', or a container criterion.", a)
		}
	}
}

// containerCommands take a container's name as their first operand.
var containerCommands = map[string]bool{"logs": true, "restart": true, "start": true, "stop": true, "kill": true}

func (w *walker) docker(c *syntax.CallExpr) {
	sub, operand := word(c, 1), word(c, 2)
	if operand == "prune" && sub != "image" && sub != "builder" || sub == "system" && operand == "prune" {
		w.report(destructive, "prune", "`docker %s prune` removes what other projects on this machine own. Remove what the deployment made, by name or by its label.", sub)
	}
	if containerCommands[sub] && literalName(operand) && !w.containers[operand] {
		w.report(unknownContainer, operand, "`docker %s %s` names a container that no service has. Refer to it: ${service.NAME.container_name}.", sub, operand)
	}
	if sub == "exec" {
		for i := 2; i < len(c.Args); i++ {
			a := word(c, i)
			if strings.HasPrefix(a, "-") || a == "" {
				if a == "-u" || a == "-e" || a == "-w" || a == "--user" || a == "--env" || a == "--workdir" || a == "" {
					return
				}
				continue
			}
			if literalName(a) && !w.containers[a] {
				w.report(unknownContainer, a, "`docker exec %s` names a container that no service has. Refer to it: ${service.NAME.container_name}.", a)
			}
			return
		}
	}
}

func literalName(s string) bool {
	return s != "" && !strings.HasPrefix(s, "-")
}

// url looks at the literal words of a curl or wget call.
func (w *walker) url(c *syntax.CallExpr) {
	glob := word(c, 0) == "curl"
	for i := 1; i < len(c.Args); i++ {
		if a := word(c, i); a == "-g" || a == "--globoff" {
			glob = false
		}
	}
	for i := 1; i < len(c.Args); i++ {
		a := word(c, i)
		rest, isURL := strings.CutPrefix(a, "http://")
		if !isURL {
			continue
		}
		if glob && strings.ContainsAny(rest, "{}[]") && !strings.HasPrefix(rest, "[") {
			w.report(curlGlob, a, "curl expands the { } or [ ] of %q. Send the query with -G --data-urlencode, or use a promql criterion.", a)
		}
		host, _, _ := strings.Cut(rest, "/")
		name, port, ok := strings.Cut(host, ":")
		n, err := strconv.Atoi(port)
		if ok && err == nil && (name == "localhost" || name == "127.0.0.1") && !w.ports[n] && len(w.ports) > 0 {
			w.report(unpublishedPort, port, "nothing in the manifest publishes port %d of this machine. Refer to the port: ${service.NAME.port.PORT.host}.", n)
		}
	}
}

func commandName(s *syntax.Stmt) string {
	if call, ok := s.Cmd.(*syntax.CallExpr); ok {
		return word(call, 0)
	}
	return ""
}

// word is the i-th word of a call where it is a plain literal, else "".
func word(c *syntax.CallExpr, i int) string {
	if i >= len(c.Args) {
		return ""
	}
	var b strings.Builder
	for _, p := range c.Args[i].Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(p.Value)
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				lit, ok := q.(*syntax.Lit)
				if !ok {
					return ""
				}
				b.WriteString(lit.Value)
			}
		default:
			return ""
		}
	}
	return b.String()
}
