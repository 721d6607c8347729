package rules

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleLiteralCredential = diag.Warning("OG803", "Credential written in the manifest",
		"A password, token or key that stands in an environment value, a URL or a variable's default is in every copy of the manifest, in the kit and in docker inspect. A secret block is made at deploy time, differs on every machine, and reaches the service as a file.")
	ruleScriptCredential = diag.Warning("OG823", "Credential written in a script",
		"A password in a script's text is in every copy of the kit, and a default one opens every deployment. ${secret.x} in a script becomes the variable that holds the secret.")
	ruleShownSecret = diag.Warning("OG824", "Secret is printed",
		"What a script prints goes to the terminal, to the action's log and to the report. Hand a secret to a program through its standard input or a file; even its first characters help who guesses.")
	rulePlaceholder = diag.Warning("OG833", "Placeholder left in place",
		"A text such as <dashboard-uid>, CHANGE_ME or <REPLACE_…> was to be replaced by a person, and is now deployed as it stands. A variable without a default asks for the value; a reference has it.")
)

// credentialWords end the names of variables that hold credentials.
var credentialWords = []string{"PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"}

func credential(name string) bool {
	name = strings.ToUpper(name)
	for _, w := range credentialWords {
		if name == w || strings.HasSuffix(name, "_"+w) {
			return true
		}
	}
	return false
}

// noCredential says whether a value is none, whatever the variable's name: a
// switch, as of MYSQL_RANDOM_ROOT_PASSWORD, or the path of a file.
func noCredential(value string) bool {
	switch strings.ToLower(value) {
	case "yes", "no", "true", "false", "on", "off", "none", "0", "1":
		return true
	}
	return strings.HasPrefix(value, "/run/secrets/")
}

// urlPassword is the password in a URL's text; "" where it has none.
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
	if strings.ContainsAny(password, "$`(){}<"+hole) {
		return ""
	}
	return password
}

// literalCredentials warns of environment values and variables that look like
// credentials.
func literalCredentials(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		seen := map[string]bool{}
		r := &running{s: s, f: s.Running()}
		for _, i := range s.Instances {
			for _, e := range i.Env {
				value, plain := e.Value.Plain()
				if r.f != nil && r.unheeded(i, e.Name) {
					continue // another rule's
				}
				if !plain || value == "" || seen[e.Name] || (!isCredential(s, e.Name) || noCredential(value)) && urlPassword(value) == "" {
					continue
				}
				seen[e.Name] = true
				diags = append(diags, ruleLiteralCredential.At(e.Range, "%s of %s holds its value in clear. %s", e.Name, s.Address, secretRemedy(s, e.Name)))
			}
		}
	}
	for _, v := range m.Variables {
		if value, ok := v.Value.(string); ok && value != "" && credential(v.Name) {
			diags = append(diags, ruleLiteralCredential.At(v.Range, "%s holds a credential in clear, and whatever it is given ends in the kit. Declare a secret block instead: it is made where the kit is deployed.", v.Address))
		}
	}
	return diags
}

// credentials looks at a command's words for passwords, and at what it shows.
func (w *walker) credentials(c *syntax.CallExpr, name string, p place) {
	for _, a := range c.Assigns {
		if t, whole := literal(a.Value); a.Name != nil && whole && t != "" && (credential(a.Name.Value) || a.Name.Value == "PGPASSWORD") {
			w.report(ruleScriptCredential, c.Pos(), a.Name.Value, "%s is given its value in clear. Declare a secret block, and write %s=${secret.NAME}.", a.Name.Value, a.Name.Value)
		}
	}
	for i, a := range c.Args[1:] {
		t, whole := literal(a)
		if urlPassword(t) != "" {
			w.report(ruleScriptCredential, c.Pos(), "url", "a URL holds a password in clear. Declare a secret block and refer to it.")
		}
		if next := arg(c, i+2); (t == "-u" || t == "--user") && (name == "curl" || name == "http") && hasPassword(next) {
			w.report(ruleScriptCredential, c.Pos(), "user", "`%s %s` holds a password in clear. Declare a secret block, and hand it over by standard input: printf 'user = \"NAME:%%s\"\\n' ${secret.NAME} | curl -K - ….", t, next)
		}
		if o, v, ok := strings.Cut(t, "="); ok && whole && v != "" && (o == "--password" || o == "--token" || o == "--pass") {
			w.report(ruleScriptCredential, c.Pos(), o, "`%s` is given its value in clear. Declare a secret block and refer to it.", o)
		}
	}
	if (name == "echo" || name == "printf") && !p.sunk && !p.subst {
		for _, a := range c.Args[1:] {
			if v := w.secretIn(a); v != "" {
				w.report(ruleShownSecret, c.Pos(), v, "`%s` prints $%s, in whole or in part. Leave it out: deploy.sh keeps secrets in files that their owner can read.", name, v)
			}
		}
	}
}

func hasPassword(user string) bool {
	_, password, ok := strings.Cut(user, ":")
	return ok && password != ""
}

// secretIn is the name of the secret whose value, or a part of it, a word has.
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

// findPlaceholder is the placeholder in a text, "" where there is none. Most
// texts have no sign of one, and are not searched.
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

// placeholders looks for texts that a person was to replace.
func placeholders(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]bool{}
	check := func(s, owner string, at hcl.Range) {
		if p := findPlaceholder(s); p != "" && !seen[at.String()] {
			seen[at.String()] = true
			diags = append(diags, rulePlaceholder.At(at, "%s holds %q, which was to be replaced. Refer to what is meant, or declare a variable without a default, so that it is asked for.", owner, p))
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
		case *manifest.CommandProbe: // a script, below
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
		if findPlaceholder(text) == "" {
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
