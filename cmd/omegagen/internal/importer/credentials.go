package importer

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/credential"
	"github.com/omegagen/omegagen/internal/text"
)

// credentials are the values of the environment that aren't written: deploy.sh gets them.
type credentials struct {
	secrets   []*secretValue
	variables map[string]*secretValue // by variable of the files
	values    map[string]*secretValue // those of no variable, by value
	env       map[string]*Text        // values with secrets in them, by service and name
	sensitive map[string]bool         // variables that secrets can't stand for: they are parameters without a default
	mounted   map[string]*secretFile  // variables that are now files, by service and name
	words     map[string][]any        // commands with parameters in them, by path
}

// secretValue is a value that a secret, or a parameter without a default, has now.
type secretValue struct {
	label, value string
	parameter    bool
	of           map[string][]string // where the files have it: services, by what has it there
}

// secretFile is the variable with the path of a secret's file.
type secretFile struct {
	variable string
	secret   *secretValue
}

func envKey(service, name string) string { return service + "\x00" + name }

// addressPassword is the password in a URL, or in an address of Go's MySQL driver.
var addressPassword = regexp.MustCompile(`(?:://|^)[^:/@\s]*:([^@/\s]+)@`)

// addressHost is the host that follows.
var addressHost = regexp.MustCompile(`^[A-Za-z0-9_.-]+`)

// findCredentials finds the credentials: those in variables of the files, and the literal ones that the validator
// has reported of an earlier draft.
func (d *Draft) findCredentials() {
	d.credentials = credentials{variables: map[string]*secretValue{}, values: map[string]*secretValue{}, env: map[string]*Text{},
		sensitive: map[string]bool{}, mounted: map[string]*secretFile{}, words: map[string][]any{}}
	if d.s.opts.Faithful {
		return
	}
	d.variableCredentials()
	for rank := range ranks {
		for _, key := range sortedKeys(d.literal) {
			service, name, _ := strings.Cut(key, "\x00")
			if v := at(d.s.model, "services", service, "environment", name); v != nil && d.rank(service, name, v) == rank {
				d.literalCredential(service, name, v)
			}
		}
	}
	d.commandCredentials()
	slices.SortFunc(d.credentials.secrets, func(a, b *secretValue) int { return strings.Compare(a.label, b.label) })
}

// ranks is how many ranks there are.
const ranks = 3

// rank orders the values of the environment by how well their names say what they are: a server's own passwords come
// first, and those in addresses last.
func (d *Draft) rank(service, name string, v any) int {
	switch {
	case !d.literal[envKey(service, name)] && !d.namedPassword(service, name, v):
		return 2
	case d.facts(service).SetsPassword(name):
		return 0
	}
	return 1
}

// variableCredentials finds the variables of the files that hold credentials.
func (d *Draft) variableCredentials() {
	uses, elsewhere := map[string]map[string][]string{}, map[string]bool{}
	var walk func(v any, path []string)
	walk = func(v any, path []string) {
		switch x := v.(type) {
		case map[string]any:
			for k, y := range x {
				walk(y, append(slices.Clone(path), k))
			}
		case []any:
			for _, y := range x {
				walk(y, append(slices.Clone(path), "-"))
			}
		case *Text:
			inEnv := len(path) == 4 && path[0] == "services" && path[2] == "environment"
			for i, p := range x.Parts {
				if p.Variable == "" {
					continue
				}
				elsewhere[p.Variable] = elsewhere[p.Variable] || !inEnv
				if credential.Named(p.Variable) || inEnv && (len(x.Parts) == 1 && d.passwordOf(path[1], path[3]) || x.passwordAt(i)) {
					if uses[p.Variable] == nil {
						uses[p.Variable] = map[string][]string{}
					}
					if inEnv {
						uses[p.Variable][path[3]] = append(uses[p.Variable][path[3]], path[1])
					}
				}
			}
		}
	}
	walk(d.s.model, nil)
	for _, name := range sortedKeys(uses) {
		value := d.s.variables[name]
		switch {
		case value == "" || credential.Never(value):
		case elsewhere[name] || !storable(value):
			d.sensitive[name] = d.parameter(name)
		default:
			x := d.newSecret(strings.ToLower(identifier(name)), "", value)
			d.credentials.variables[name] = x
			x.of = uses[name]
		}
	}
}

// passwordOf reports whether a variable of a service holds a credential: by its name, or because the image reads one
// there.
func (d *Draft) passwordOf(service, name string) bool {
	f := d.facts(service)
	return credential.Named(name) || f != nil && slices.Contains(f.PasswordEnv, name)
}

func (d *Draft) namedPassword(service, name string, v any) bool {
	return d.passwordOf(service, name) && !credential.Never(str(v))
}

// facts are those of the image that a service pulls; nil if nothing is known.
func (d *Draft) facts(service string) *images.Facts {
	m := mapOf(at(d.s.model, "services", service))
	if m["build"] != nil {
		return nil
	}
	return images.Lookup(str(m["image"]))
}

// passwordAt reports whether a part stands where an address has its password.
func (t *Text) passwordAt(part int) bool {
	before, after := "", ""
	for i, p := range t.Parts {
		text := p.Text
		if p.Variable != "" {
			text = "x"
		}
		switch {
		case i < part:
			before += text
		case i > part:
			after += text
		}
	}
	found := addressPassword.FindStringSubmatchIndex(before + "x" + after)
	return found != nil && found[2] == len(before)
}

// storable reports whether deploy.sh can pass a value through .env.
func storable(value string) bool { return !strings.ContainsAny(value, "\n\r'\"\\") }

// literalCredential makes secrets of a value of the environment, or of the passwords in it.
func (d *Draft) literalCredential(service, name string, v any) {
	if !storable(str(v)) {
		return
	}
	t, ok := v.(*Text)
	if !ok {
		t = &Text{Value: str(v), Parts: []Part{{Text: str(v)}}}
	}
	out := &Text{Value: t.Value}
	if !d.literal[envKey(service, name)] && !d.namedPassword(service, name, v) {
		for _, p := range t.Parts {
			out.Parts = append(out.Parts, d.split(service, name, p)...)
		}
	}
	if !slices.ContainsFunc(out.Parts, func(p Part) bool { return p.Secret != nil }) {
		out.Parts = []Part{{Secret: d.secretOf(service, name, name, t.Value)}}
	}
	d.credentials.env[envKey(service, name)] = out
}

// split makes secrets of the passwords in a text.
func (d *Draft) split(service, name string, p Part) (out []Part) {
	rest := p.Text
	if rest == "" {
		return []Part{p}
	}
	add := func(text string) {
		if text != "" {
			out = append(out, Part{Text: text})
		}
	}
	for {
		found := addressPassword.FindStringSubmatchIndex(rest)
		if found == nil {
			add(rest)
			return out
		}
		add(rest[:found[2]])
		base := name
		for _, suffix := range []string{"_URL", "_URI", "_DSN", "_CONNECTION_STRING"} {
			base = strings.TrimSuffix(base, suffix)
		}
		if host := addressHost.FindString(rest[found[3]+1:]); at(d.s.model, "services", host) != nil {
			base = host
		}
		out = append(out, Part{Secret: d.secretOf(service, base+"_PASSWORD", name, rest[found[2]:found[3]])})
		rest = rest[found[3]:]
	}
}

// secretOf is the secret with a value, which is one for all places that have it.
func (d *Draft) secretOf(service, base, name, value string) *secretValue {
	x := d.credentials.values[value]
	if x == nil {
		x = d.newSecret(strings.ToLower(identifier(base)), strings.ToLower(identifier(service)), value)
		d.credentials.values[value] = x
	}
	if !slices.Contains(x.of[name], service) {
		x.of[name] = append(x.of[name], service)
	}
	return x
}

func (d *Draft) newSecret(label, service, value string) *secretValue {
	if service != "" && (d.taken["secrets "+label] || !d.written("credentials", label)) {
		label = service + "_" + label
	}
	x := &secretValue{label: d.unique("secrets", label), value: value, of: map[string][]string{}}
	d.credentials.secrets = append(d.credentials.secrets, x)
	return x
}

// secretBlocks writes the secrets. Their values are in use, so none is generated.
func (d *Draft) secretBlocks() {
	for _, x := range d.credentials.secrets {
		b := &block{kind: "secret", label: x.label, path: []string{"credentials", x.label}}
		if x.parameter {
			b.kind = "parameter"
			b.items = append(b.items, item{name: "sensitive", value: true})
		} else {
			b.items = append(b.items, item{name: "from", value: "prompt"})
		}
		b.items = append(b.items, item{name: "description", value: x.description()})
		d.add(b)
	}
}

// shownUses is how many variables or services a description names.
const shownUses = 4

// description says where the files have the value.
func (x *secretValue) description() string {
	few := func(list []string) []string {
		if len(list) > shownUses {
			return append(slices.Clone(list[:shownUses-1]), fmt.Sprintf("%d more", len(list)-shownUses+1))
		}
		return list
	}
	var out []string
	for _, name := range sortedKeys(x.of) {
		out = append(out, name+" of "+text.List(few(slices.Sorted(slices.Values(x.of[name])))))
	}
	return strings.Join(few(out), "; ") + ", in the Compose file"
}

// exposedReason says why the environment shows secrets.
const exposedReason = "so in the Compose file; a file is safer, if the program reads one"

// secretIn is a value of the environment with its secrets, and whether it has any.
func (s *serviceDraft) secretIn(name string, v any) (any, bool) {
	if t := s.credentials.env[envKey(s.name, name)]; t != nil {
		return t, slices.ContainsFunc(t.Parts, func(p Part) bool { return p.Secret != nil && !p.Secret.parameter })
	}
	t, ok := v.(*Text)
	return v, ok && slices.ContainsFunc(t.Parts, func(p Part) bool { return s.credentials.variables[p.Variable] != nil })
}

// secretFile is the variable in which the image takes the path of a file with a secret that is the whole value of
// another one; nil if it isn't known to, or if something in the container reads the value.
func (s *serviceDraft) secretFile(name string, v any) *secretFile {
	t, ok := v.(*Text)
	if !ok || len(t.Parts) != 1 || s.at(s.path("secrets")...) != typed {
		return nil
	}
	secret := t.Parts[0].Secret
	if secret == nil {
		secret = s.credentials.variables[t.Parts[0].Variable]
	}
	form, _ := s.facts(s.name).FileForm(name)
	if form == "" || secret == nil || secret.parameter || at(s.m, "environment", form) != nil || s.mentions(name) || len(listOf(s.m["secrets"])) > 0 && s.secretsPassed() {
		return nil
	}
	return &secretFile{form, secret}
}

// secretsPassed reports whether the service's secrets are Compose's list.
func (s *serviceDraft) secretsPassed() bool {
	return slices.ContainsFunc(listOf(s.m["secrets"]), func(u any) bool { return !s.secretTyped(str(at(u, "source"))) })
}

// mentions reports whether the command, the healthcheck or a script that is mounted may read a variable.
func (s *serviceDraft) mentions(name string) bool {
	for _, v := range []any{s.m["command"], s.m["entrypoint"], at(s.m, "healthcheck", "test")} {
		if slices.ContainsFunc(listOf(v), func(w any) bool { return strings.Contains(str(w), name) }) {
			return true
		}
	}
	return slices.ContainsFunc(listOf(s.m["volumes"]), func(v any) bool { return path.Ext(str(at(v, "target"))) == ".sh" })
}

// values are those of the secrets, as Compose gets them.
func (c *credentials) compose(env map[string]string) {
	for _, x := range c.secrets {
		env[manifest.EnvName(x.label)] = x.value
	}
}

// credentials compares the secrets of the kit with the values in the files.
func (c *comparison) credentials(got map[string]any) {
	for key, f := range c.d.mounted {
		service, name, _ := strings.Cut(key, "\x00")
		m := mapOf(at(got, "services", service))
		env := mapOf(m["environment"])
		if path.Base(str(env[f.variable])) != f.secret.label {
			continue
		}
		delete(env, f.variable)
		env[name] = f.secret.value
		left := slices.DeleteFunc(listOf(m["secrets"]), func(u any) bool { return str(at(u, "source")) == f.secret.label })
		if m["secrets"] = left; len(left) == 0 {
			delete(m, "secrets")
		}
		delete(mapOf(got["secrets"]), f.secret.label)
	}
	for _, x := range c.d.credentials.secrets {
		c.choose("credentials", []string{"secrets", x.label})
	}
	for name, is := range c.d.sensitive {
		if is {
			c.choose("credentials", []string{"parameters", name})
		}
	}
}
