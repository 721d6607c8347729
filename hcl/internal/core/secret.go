package core

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleSecretLength = diag.Error("OG102", "Invalid secret length",
		"A secret is 8 to 1024 characters long.")
	ruleSecretEnv = diag.Error("OG103", "Duplicate secret variable",
		"In .env and in scripts a secret is available under its upper-case name, so these names must differ.")
	ruleSecretName = diag.Error("OG107", "Reserved secret name",
		"In scripts a secret is available under its upper-case name, which must not be a variable that the shell or other programs use.")
	ruleSecretFrom = diag.Error("OG108", "Secret without a source",
		"deploy.sh can generate a value if the kit itself sets it, as the password of a role or of a server, or if several services only have to agree on it. "+
			"A value that one service reads and that nothing in the kit sets is usually known to somebody else, such as a payment provider: a generated one would be accepted by nobody. So the manifest must say where it is from.")
	ruleSecretSource = diag.Error("OG109", "Mismatched source of a secret",
		"Each source of a secret has its own arguments: `length` of a generated one, `file` with a path, `env` with the name of a variable, `command` with a command.")
)

// secretArgument is the argument of each source; "" if it has none.
var secretArgument = map[string]string{"generated": "length", "file": "file", "env": "env", "command": "command", "prompt": ""}

// secrets decodes the secrets of one manifest.
type secrets struct{ blocks []*lang.Block }

func (d *secrets) spec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:    "secret",
		Habits:  map[string]string{"value": "A secret has no value in the manifest: deploy.sh generates one, reads it from a file, a variable or a command, or asks for it, as `from` says."},
		ForEach: true, ComposeOf: "secrets", Compose: secretKeys,
		Doc:    "A secret. deploy.sh generates it, reads it or asks for it, as `from` says, and then keeps it.",
		Labels: lang.Name1("The file is " + kit.SecretsDir + "/NAME; scripts read it as the upper-case name."),
		Attrs: append([]lang.Attr{
			{Name: "from", Type: lang.String, Values: manifest.SecretForms(), Doc: "Where the value is from. Default: \"generated\", if the kit itself sets the value (as the password of a role, or by a password variable of a server that is known), or if two or more services get it; otherwise it is required."},
			{Name: "length", Type: lang.Int, Default: "24", Doc: "generated: the length, in characters of [A-Za-z0-9]."},
			{Name: "file", Type: lang.String, Doc: "file: the path, relative to the kit's folder. The newline at the end of a single line isn't part of the value."},
			{Name: "env", Type: lang.String, Doc: "env: the variable of the shell that starts deploy.sh. Default: the secret's upper-case name."},
			{Name: "command", Type: lang.Command, Doc: "command: prints the value, such as [\"pass\", \"show\", \"shop/stripe\"]. It runs in the kit's folder, without input."},
			{Name: "description", Type: lang.String, Doc: "What the value is and who has it, for people who are asked for it."},
		}, CostAttrs("generating it")...),
		Declare: func(b *lang.Block) any {
			s := &manifest.Secret{Origin: b.Origin(), Name: b.Name, EnvVar: manifest.EnvName(b.Name), From: &manifest.GeneratedSecret{}}
			b.Evaluation().Manifest.Secrets = append(b.Evaluation().Manifest.Secrets, s)
			b.Export("file", func() (cty.Value, error) { return cty.StringVal("/run/secrets/" + b.Name), nil })
			b.Export("env", func() (cty.Value, error) { return cty.StringVal(s.EnvVar), nil })
			b.Export("value", func() (cty.Value, error) {
				return cty.NilVal, errors.New("The value of a secret exists only at deploy time. Write ${" + b.Address() + "} in a script, or use secret_env.")
			})
			b.ExportRef("set", "fact", manifest.Fact{Kind: manifest.SecretSet, Name: b.Name})
			return s
		},
		Decode: func(b *lang.Block) {
			s := b.Ref.(*manifest.Secret)
			d.blocks = append(d.blocks, b)
			s.Description = b.String("description")
			s.From = source(b, s)
			s.Cost, s.Duration = Cost(b), b.Duration("duration")
		},
	}
}

// source reads where a secret is from.
func source(b *lang.Block, s *manifest.Secret) manifest.SecretSource {
	form := "generated"
	if b.Has("from") {
		form = b.String("from")
	}
	if b.Failed("from") {
		return &manifest.GeneratedSecret{Length: 24}
	}
	for _, other := range manifest.SecretForms() {
		if arg := secretArgument[other]; other != form && arg != "" && b.Has(arg) {
			b.Evaluation().Errorf(ruleSecretSource, b.NameRange(arg), "`%s` belongs to from = %q, and %s is %s. Remove one of the two, or set from = %q.",
				arg, other, b.Address(), map[bool]string{true: "from = \"" + form + "\"", false: "generated, since it has no `from`"}[b.Has("from")], other)
			return &manifest.GeneratedSecret{Length: 24}
		}
	}
	switch form {
	case "file":
		return &manifest.FileSecret{Path: argument(b, "file", "file = \"PATH\"", b.String("file"), func(path string) string {
			if strings.ContainsAny(path, "\x00\n\r") || strings.HasSuffix(path, "/") {
				return "the path of a file"
			}
			return ""
		})}
	case "env":
		if !b.Has("env") {
			return &manifest.EnvSecret{Name: s.EnvVar}
		}
		return &manifest.EnvSecret{Name: argument(b, "env", "", b.String("env"), func(name string) string {
			if !variableName.MatchString(name) || lang.ShellOwns(name) || taken[name] {
				return "the name of a variable that the shell and other programs leave alone"
			}
			return ""
		})}
	case "prompt":
		return &manifest.PromptSecret{}
	case "command":
		return &manifest.CommandSecret{Words: command(b)}
	}
	length := b.Int("length")
	if !b.Failed("length") && (length < 8 || length > 1024) {
		b.Evaluation().Errorf(ruleSecretLength, b.AttrRange("length"), "A secret of %d characters is %s. Use 8 to 1024 characters.", length,
			map[bool]string{true: "too weak", false: "too long for the environment of a command"}[length < 8])
	}
	return &manifest.GeneratedSecret{Length: length}
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// argument checks the argument of a source, if it could be evaluated: wrong returns what it must be.
func argument(b *lang.Block, name, form, value string, wrong func(string) string) string {
	if b.Failed(name) {
		return value
	}
	if !b.Has(name) {
		b.Evaluation().Errorf(ruleSecretSource, b.AttrRange("from"), "%s is from %q, but there is no `%s`. Add %s.", b.Address(), b.String("from"), name, form)
		return value
	}
	if must := wrong(value); value == "" || must != "" {
		b.Invalid(name, "must be %s", map[bool]string{true: "set", false: must}[must == ""])
	}
	return value
}

// command reads the words of a command; a string is run by sh.
func command(b *lang.Block) []string {
	if b.Failed("command") {
		return nil
	}
	c := b.Command("command")
	if c == nil {
		if !b.Failed("command") {
			b.Evaluation().Errorf(ruleSecretSource, b.AttrRange("from"), "%s is from \"command\", but there is no `command`. Add command = [\"PROGRAM\", \"ARGUMENT\"].", b.Address())
		}
		return nil
	}
	words := c.Exec
	if words == nil {
		words = []string{"sh", "-c", c.Shell}
	}
	if len(words) == 0 || words[len(words)-1] == "" || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "\x00") }) {
		b.Invalid("command", "must be a program with its arguments")
	}
	return words
}

// last reports secrets that nothing in the kit sets. An error elsewhere may hide who gets a secret, so
// nothing is reported beside one.
func (d *secrets) last(p *lang.Evaluation) {
	if p.HasErrors() {
		return
	}
	for i, b := range d.blocks {
		s := b.Ref.(*manifest.Secret)
		uses := p.Manifest.UsesOf(s)
		if b.Has("from") || !uses.Used() || uses.SetByKit() || i > 0 && d.blocks[i-1].Range == b.Range {
			continue
		}
		p.Errorf(ruleSecretFrom, s.Range, "%s, and nothing in the kit sets it: if deploy.sh generated it, nobody else would know the value. Say where it is from:\n"+
			"  from = \"generated\"   # any random value will do\n"+
			"  from = \"file\"        # and file = \"PATH\"\n"+
			"  from = \"env\"         # the variable %s of the shell that starts deploy.sh, or env = \"NAME\"\n"+
			"  from = \"prompt\"      # deploy.sh asks for it\n"+
			"  from = \"command\"     # and command = [\"PROGRAM\", \"ARGUMENT\"]", readers(s, uses), s.EnvVar)
	}
}

// readers says what gets a secret.
func readers(s *manifest.Secret, uses manifest.SecretUses) string {
	var out []string
	for _, x := range uses.Services {
		out = append(out, x.Address)
	}
	for _, x := range uses.Images {
		out = append(out, "the build of "+x.Address)
	}
	if uses.Scripted {
		out = append(out, "a script")
	}
	if len(out) == 1 {
		return "Only " + out[0] + " gets " + s.Address
	}
	return text.List(out) + " get " + s.Address
}
