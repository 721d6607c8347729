package core

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleParameterName = diag.Error("OG145", "Invalid parameter name",
		"A parameter's variable in .env and in scripts is its name in upper case. The shell, Docker, Compose and deploy.sh must not use that variable, and no secret or other parameter may have it.")
	ruleParameterValue = diag.Error("OG146", "Invalid parameter",
		"The default and the values in one_of must be valid values of the parameter, min and max are bounds of numbers, and matches is a POSIX extended regular expression.")
)

func parameterSpec() *lang.BlockSpec {
	types := make([]string, len(manifest.ParameterTypes))
	for i, t := range manifest.ParameterTypes {
		types[i] = string(t)
	}
	return &lang.BlockSpec{
		Type:   "parameter",
		NoRef:  true,
		Habits: map[string]string{"validation": "Write one_of, matches, min or max, which deploy.sh can check.", "env": "The variable is always the parameter's name in upper case."},
		Doc:    "A value of deploy time, written as parameter.NAME. deploy.sh takes it from .env, otherwise from its caller's environment, otherwise from the default; otherwise it asks for it on a terminal, or ends before anything starts. It can be part of the strings of services, of image names, scripts, criteria and build arguments, and nothing can be computed from it; what must be known when the kit is built is a variable.",
		Labels: lang.Name1("The name in parameter.NAME. The variable in .env and in scripts is the name in upper case, with underscores for hyphens."),
		Attrs: []lang.Attr{
			{Name: "type", Type: lang.AttrType{Name: "string, number or bool", Raw: true}, Default: "string", Doc: "The type of its values: string (a single line), number (decimal) or bool (true or false)."},
			{Name: "default", Type: lang.Any, Doc: "The default value. A parameter without one requires a value at each deployment."},
			{Name: "description", Type: lang.String, Doc: "What it is, for .env.example and for people who are asked for it."},
			{Name: "sensitive", Type: lang.Bool, Default: "false", Doc: "deploy.sh doesn't show the value. A password is better a secret, which containers read from a file."},
			{Name: "one_of", Type: lang.Strings, Doc: "The allowed values."},
			{Name: "matches", Type: lang.String, Doc: "A POSIX extended regular expression that the whole value must match."},
			{Name: "min", Type: lang.Number, Doc: "number: the smallest allowed value."},
			{Name: "max", Type: lang.Number, Doc: "number: the largest allowed value."},
		},
		Decode: decodeParameter,
	}
}

func decodeParameter(b *lang.Block) {
	x := &manifest.Parameter{Origin: b.Origin(), Name: b.Name, EnvVar: manifest.EnvName(b.Name), Type: parameterType(b),
		Description: b.String("description"), Sensitive: b.Bool("sensitive"), OneOf: b.Strings("one_of"),
		Matches: b.String("matches"), Min: b.Number("min"), Max: b.Number("max")}
	b.Evaluation().Manifest.Parameters = append(b.Evaluation().Manifest.Parameters, x)
	invalid := func(attr, format string, args ...any) {
		if !b.Failed(attr) {
			b.Evaluation().Errorf(ruleParameterValue, b.AttrRange(attr), format, args...)
		}
	}
	for _, attr := range []string{"min", "max"} {
		if b.Has(attr) && !b.Failed(attr, "type") && x.Type != manifest.NumberParameter {
			invalid(attr, "`%s` is a bound of numbers, and %s is a %s. Set type = number, or use matches.", attr, b.Address(), x.Type)
			return
		}
	}
	if x.Min != nil && x.Max != nil && x.Min.Cmp(x.Max) > 0 {
		invalid("min", "The smallest allowed value of %s, %s, is greater than the largest, %s, so no value is valid.", b.Address(), text.Number(x.Min), text.Number(x.Max))
		return
	}
	if b.Has("matches") && !b.Failed("matches") {
		if _, err := regexp.CompilePOSIX(x.Matches); err != nil || x.Matches == "" || strings.ContainsAny(x.Matches, "\n\r\x00") {
			invalid("matches", "%q is not a POSIX extended regular expression in a single line, such as \"[a-z]+\".", x.Matches)
			return
		}
	}
	if b.Failed("type", "one_of", "min", "max", "matches") {
		return
	}
	for _, item := range b.Items("one_of") {
		if why := valueFault(x, item.Value); why != "" {
			b.Evaluation().Errorf(ruleParameterValue, item.Range, "%q is not a valid value of %s: it %s.", item.Value, b.Address(), why)
			return
		}
	}
	if b.Has("default") && !b.Failed("default") {
		parameterDefault(b, x, invalid)
	}
}

// valueFault is Why, and what Compose's interpolation can't write: "" if the value is valid.
func valueFault(x *manifest.Parameter, value string) string {
	if strings.ContainsAny(value, "${}\\") {
		return "must not contain $, braces or backslashes, which Compose reads in the default of a variable"
	}
	if value == "" {
		return "must not be empty"
	}
	return x.Why(value)
}

func parameterDefault(b *lang.Block, x *manifest.Parameter, invalid func(attr, format string, args ...any)) {
	switch v := b.Any("default").(type) {
	case string:
		x.Default = v
	case bool:
		x.Default = map[bool]string{true: "true", false: "false"}[v]
	case *big.Rat:
		x.Default = text.Number(v)
	case nil:
		return
	default:
		invalid("default", "The default of %s must be a %s.", b.Address(), x.Type)
		return
	}
	if x.Sensitive {
		invalid("default", "%s is sensitive, but its default would stand in files of the kit. Remove one of the two.", b.Address())
	} else if why := valueFault(x, x.Default); why != "" {
		invalid("default", "The default %q of %s is not valid: it %s.", x.Default, b.Address(), why)
	}
}

// parameterType reads the type, a keyword like a variable's.
func parameterType(b *lang.Block) manifest.ParameterType {
	word, quoted := lang.Keyword(b.Expr("type"))
	for _, t := range manifest.ParameterTypes {
		if word == string(t) && !quoted {
			return t
		}
	}
	b.Invalid("type", "must be string, number or bool, without quotes")
	return manifest.StringParameter
}

// reservedVariable reports whether programs other than the kit's read a variable, or deploy.sh removes it.
func reservedVariable(name string) bool {
	for _, prefix := range []string{"COMPOSE_", "DOCKER_", "BUILDKIT_", "BUILDX_", "OMEGAGEN_", "LC_", "LD_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return lang.ShellOwns(name) || taken[name]
}

// finishParameters reports variables that collide.
func finishParameters(p *lang.Evaluation, envs map[string]*manifest.Secret) {
	first := map[string]*manifest.Parameter{}
	for _, x := range p.Manifest.Parameters {
		switch s, o := envs[x.EnvVar], first[x.EnvVar]; {
		case reservedVariable(x.EnvVar):
			p.Errorf(ruleParameterName, x.Range, "%s is the variable %s in .env and in scripts, which the shell or other programs use. Rename it, for example to app_%s.", x.Address, x.EnvVar, x.Name)
		case s != nil:
			p.Errorf(ruleParameterName, x.Range, "%s and %s (at %s) are both available as %s in scripts and in .env. Rename one of the two.", x.Address, s.Address, lang.Place(s.Range), x.EnvVar)
		case o != nil:
			p.Errorf(ruleParameterName, x.Range, "%s and %s (at %s) are both the variable %s. Rename one of the two.", x.Address, o.Address, lang.Place(o.Range), x.EnvVar)
		}
		first[x.EnvVar] = x
	}
}
