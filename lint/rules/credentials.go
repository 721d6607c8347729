package rules

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/credential"
)

var (
	ruleLiteralCredential = diag.Warning("OG803", "Credential in the manifest",
		"A password, token or key in an environment value, a command's flag, a URL or a variable's default ends up in every copy of the manifest, in the kit and in docker inspect. Values are recognized by the variable's name (…_PASSWORD, …_PASS, …_SECRET, …_TOKEN, …_API_KEY), if they may be credentials, or by themselves: private keys, signed tokens, the keys of known services, passwords in URLs, and random values of …_KEY. A secret block is generated at deploy time, differs on every machine, and reaches the service as a file.").AboutText().Certain()
	ruleScriptCredential = diag.Warning("OG823", "Credential in a script",
		"A password in a script is in every copy of the kit, and a default password opens every deployment. ${secret.x} in a script becomes the variable that holds the secret.").AboutText().Certain()
	rulePrintedSecret = diag.Warning("OG824", "Secret is printed",
		"A script's output goes to the terminal, the action's log and the report. Pass a secret to a program through standard input or a file; even its first characters help an attacker.").Certain()
	rulePlaceholder = diag.Warning("OG833", "Placeholder not replaced",
		"A text such as <dashboard-uid>, CHANGE_ME or <REPLACE_…> was meant to be replaced by a person, but would be deployed as is. Use a variable without a default, which asks for the value, or a reference.").AboutText()
)

// urlPassword is the password in a URL, "" if it has none.
func urlPassword(s string) string {
	_, rest, ok := strings.Cut(s, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?# \"'"); i >= 0 {
		rest = rest[:i]
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return ""
	}
	_, password, _ := strings.Cut(rest[:at], ":")
	if strings.ContainsAny(password, "$`(){}<"+placeholder) {
		return ""
	}
	return password
}

// literalCredentials reports environment values and variables that look like
// credentials.
func literalCredentials(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		seen := map[string]bool{}
		r := &running{s: s, f: s.Running()}
		for _, i := range s.Instances {
			for _, e := range i.Env {
				value, plain := e.Value.Plain()
				if value = manifest.MapParameters(value, nil, func(string) string { return "$" }); strings.Trim(value, "$") == "" {
					continue // known only at deploy time
				}
				if r.f != nil && r.isIgnored(i, e.Name) {
					continue // reported by another rule
				}
				if !plain || seen[e.Name] || !secretText(e.Name, value) && (!readsPassword(s, e.Name) || value == "" || credential.Never(value)) {
					continue
				}
				seen[e.Name] = true
				diags = append(diags, ruleLiteralCredential.At(e.Range, "%s of %s is a credential in plain text. %s", e.Name, s.Address, secretRemedy(s, e.Name)))
			}
		}
		diags = append(diags, commandCredentials(s)...)
	}
	for _, i := range m.Images {
		diags = append(diags, imageCredentials(i)...)
	}
	for _, v := range m.Variables {
		if value, ok := v.Value.(string); ok && secretText(v.Name, value) {
			diags = append(diags, ruleLiteralCredential.At(v.Range, "%s holds a credential in plain text, and any value given to it ends up in the kit. Declare a secret block instead: it is generated at deploy time.", v.Address))
		}
	}
	for _, p := range m.Parameters {
		if secretText(p.Name, p.Default) {
			diags = append(diags, ruleLiteralCredential.At(p.Range, "The default of %s is a credential in plain text, which stands in the kit. Remove the default, or declare a secret block instead: it is generated at deploy time.", p.Address))
		}
	}
	return diags
}

// credentials checks a command's words for passwords, and what it prints.
func (w *walker) credentials(c *syntax.CallExpr, name string, p place) {
	for _, a := range c.Assigns {
		if t, whole := literal(a.Value); a.Name != nil && whole && t != "" && !credential.Never(t) && credential.Named(a.Name.Value) {
			w.report(ruleScriptCredential, c.Pos(), a.Name.Value, "%s is set in plain text. Declare a secret block and write %s=${secret.NAME}.", a.Name.Value, a.Name.Value)
		}
	}
	for i, a := range c.Args[1:] {
		t, whole := literal(a)
		if urlPassword(t) != "" {
			w.report(ruleScriptCredential, c.Pos(), "url", "a URL contains a password in plain text. Declare a secret block and refer to it.")
		}
		if next := arg(c, i+2); (t == "-u" || t == "--user") && (name == "curl" || name == "http") && hasPassword(next) {
			w.report(ruleScriptCredential, c.Pos(), "user", "`%s %s` contains a password in plain text. Declare a secret block and pass it through standard input: printf 'user = \"NAME:%%s\"\\n' ${secret.NAME} | curl -K - ….", t, next)
		}
		if o, v, ok := strings.Cut(t, "="); ok && whole && v != "" && (o == "--password" || o == "--token" || o == "--pass") {
			w.report(ruleScriptCredential, c.Pos(), o, "`%s` is set in plain text. Declare a secret block and refer to it.", o)
		}
	}
	if (name == "echo" || name == "printf") && !p.redirected && !p.subst {
		for _, a := range c.Args[1:] {
			if v := w.secretIn(a); v != "" {
				w.report(rulePrintedSecret, c.Pos(), v, "`%s` prints all or part of $%s. Remove it: deploy.sh keeps secrets in files that only their owner can read.", name, v)
			}
		}
	}
}

func hasPassword(user string) bool {
	_, password, ok := strings.Cut(user, ":")
	return ok && password != ""
}

// secretIn is the name of the secret whose value, or part of it, a word
// contains.
func (w *walker) secretIn(x *syntax.Word) (found string) {
	syntax.Walk(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			if n.Param != nil && !n.Length && (n.Exp == nil || n.Exp.Op != syntax.AlternateUnset && n.Exp.Op != syntax.AlternateUnsetOrNull) && w.names.secrets[n.Param.Value] {
				found = n.Param.Value
			}
		case *syntax.CmdSubst:
			return true
		}
		return true
	})
	return found
}

var placeholderRE = regexp.MustCompile(`<[A-Za-z]+([-_][A-Za-z0-9]+)+>|<(REPLACE|YOUR|INSERT|TODO)[^>]*>|(^|[^A-Za-z])(CHANGE_?ME|change_?me|REPLACE_ME|YOUR_[A-Z_]+|change_in_prod)([^A-Za-z]|$)`)

// findPlaceholder is the placeholder in a text, "" if there is none. A cheap
// test skips most texts.
func findPlaceholder(s string) string {
	sign := false
	for i := 0; i+1 < len(s) && !sign; i++ {
		sign = s[i] == '<' && (s[i+1] >= 'A' && s[i+1] <= 'Z' || s[i+1] >= 'a' && s[i+1] <= 'z')
	}
	for _, word := range []string{"CHANGE", "change_", "REPLACE", "YOUR_"} {
		sign = sign || strings.Contains(s, word)
	}
	if !sign || strings.Contains(s, "</") {
		return ""
	}
	return strings.TrimSpace(placeholderRE.FindString(s))
}

// placeholders reports texts that a person was meant to replace.
func placeholders(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]bool{}
	check := func(s, owner string, at hcl.Range) {
		if p := findPlaceholder(s); p != "" && !seen[at.String()] {
			seen[at.String()] = true
			diags = append(diags, rulePlaceholder.At(at, "%s contains the placeholder %q. Replace it with a reference or a value, or declare a variable without a default, which asks for the value.", owner, p))
		}
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, e := range i.Env {
				if v, plain := e.Value.Plain(); plain {
					check(v, e.Name+" of "+s.Address, e.Range)
				}
			}
		}
	}
	for _, c := range m.Criteria {
		switch p := c.Probe.(type) {
		case *manifest.HTTPProbe:
			check(p.Path, "path of "+c.Address, p.Range)
			check(p.Body, "body of "+c.Address, p.Range)
		case *manifest.CommandProbe: // its script is checked below
		case *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.SQLProbe, *manifest.PromQLProbe, *manifest.ContainerProbe:
		}
	}
	for i := range m.Actions {
		a := m.Actions[i]
		for _, e := range a.Env {
			if v, plain := e.Value.Plain(); plain {
				check(v, e.Name+" of "+a.Address, e.Range)
			}
		}
	}
	src := sources{files: m.Files}
	for _, s := range scriptsOf(m) {
		text := s.source()
		if s.printed || findPlaceholder(text) == "" {
			continue
		}
		for n, line := range strings.Split(text, "\n") {
			if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "#") && findPlaceholder(line) != "" {
				check(line, s.attr+" of "+s.owner, src.line(&s, text, n+1))
			}
		}
	}
	return diags
}
