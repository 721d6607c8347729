package manifest

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/internal/text"
)

// Parameter is a value of deploy time: deploy.sh reads it from .env or from the environment of its
// caller, takes the default, or asks for it. Strings of the model in which it stands have a
// placeholder in its place (Placeholder); each renderer writes what its consumer replaces.
type Parameter struct {
	Origin
	Name        string
	EnvVar      string // upper-case name, as .env and scripts know it: TIMEZONE
	Type        ParameterType
	Default     string // "": none, so that a value is required
	Description string
	Sensitive   bool // deploy.sh doesn't show the value
	OneOf       []string
	Matches     string   // a POSIX extended regular expression for the whole value; "": any
	Min, Max    *big.Rat // of a number; nil: no bound
}

// ParameterType is the type of a parameter's values.
type ParameterType string

// The types of parameters.
const (
	StringParameter ParameterType = "string"
	NumberParameter ParameterType = "number"
	BoolParameter   ParameterType = "bool"
)

// ParameterTypes lists the types.
var ParameterTypes = []ParameterType{StringParameter, NumberParameter, BoolParameter}

// Placeholder stands for the parameter's value in a string of the model.
func (p *Parameter) Placeholder() string { return text.Placeholder(p.EnvVar) }

// HasParameter reports whether the string contains a placeholder.
func HasParameter(s string) bool { return len(ParametersOf(s)) > 0 }

// MapParameters replaces the parts of a string: text by plain(part), placeholders by
// parameter(variable). nil leaves text as it is.
func MapParameters(s string, plain, parameter func(string) string) string {
	return text.MapPlaceholders(s, plain, parameter)
}

// ParametersOf lists the variables of the placeholders in the strings, sorted, each once.
func ParametersOf(strs ...string) []string {
	var out []string
	for _, s := range strs {
		MapParameters(s, nil, func(envVar string) string {
			out = append(out, envVar)
			return ""
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// EnvName is the variable of a secret or a parameter: its name in upper case, with underscores for hyphens and dots.
func EnvName(name string) string {
	return strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToUpper(name))
}

// Parameter finds a parameter by its variable; nil if there is none.
func (m *Manifest) Parameter(envVar string) *Parameter {
	for _, p := range m.Parameters {
		if p.EnvVar == envVar {
			return p
		}
	}
	return nil
}

// Sample replaces placeholders by values that their parameters accept, for checks of the whole string.
func (m *Manifest) Sample(s string) string {
	return MapParameters(s, nil, func(envVar string) string {
		p := m.Parameter(envVar)
		switch {
		case p == nil:
			return envVar
		case p.Default != "":
			return p.Default
		case len(p.OneOf) > 0:
			return p.OneOf[0]
		case p.Min != nil:
			return text.Number(p.Min)
		case p.Type == NumberParameter:
			return "1"
		case p.Type == BoolParameter:
			return "true"
		}
		return "value-of-" + strings.ToLower(strings.ReplaceAll(envVar, "_", "-"))
	})
}

// Why says what is wrong with a value for the parameter: "must be …"; "" if nothing is.
func (p *Parameter) Why(value string) string {
	if strings.ContainsAny(value, "\n\r\x00") {
		return "must be a single line"
	}
	if p.Type == BoolParameter && value != "true" && value != "false" {
		return "must be true or false"
	}
	if p.Type == NumberParameter {
		n, ok := new(big.Rat).SetString(value)
		switch {
		case !ok || !isDecimal.MatchString(value):
			return "must be a number"
		case p.Min != nil && n.Cmp(p.Min) < 0:
			return "must be " + text.Number(p.Min) + " or more"
		case p.Max != nil && n.Cmp(p.Max) > 0:
			return "must be " + text.Number(p.Max) + " or less"
		}
	}
	if len(p.OneOf) > 0 && !slices.Contains(p.OneOf, value) {
		return "must be one of " + strings.Join(p.OneOf, ", ")
	}
	if p.Matches != "" {
		if re, err := regexp.CompilePOSIX("^(" + p.Matches + ")$"); err == nil && !re.MatchString(value) {
			return "must match " + p.Matches
		}
	}
	return ""
}

var isDecimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// Parameters lists the variables of the parameters on which the service's containers depend.
func (s *Service) Parameters() []string {
	var strs []string
	pass := func(keys map[string]*Passthrough) {
		for _, x := range keys {
			strs = append(strs, stringsIn(x.Value)...)
		}
	}
	if s.Image != nil {
		strs = append(strs, s.Image.Reference())
	}
	pass(s.Compose)
	if s.ComposeNew != nil {
		strs = append(strs, stringsIn(s.ComposeNew.Value)...)
	}
	for _, n := range s.Networks {
		pass(n.Compose)
	}
	for _, i := range s.Instances {
		pass(i.Compose)
		for _, e := range i.Env {
			strs = append(strs, e.Value.texts()...)
		}
		for _, c := range []*Command{i.Command, i.Entrypoint} {
			if c != nil {
				strs = append(append(strs, c.Shell), c.Exec...)
			}
		}
		for _, l := range i.Labels {
			strs = append(strs, l.Value)
		}
		for _, j := range i.Joins {
			strs = append(append(append(strs, j.Aliases...), j.LinkLocal...), j.IPv4, j.IPv6, j.MAC)
		}
		for _, p := range i.Ports {
			strs = append(strs, p.Published())
		}
		for _, m := range i.Mounts {
			if m.Volume != nil {
				pass(m.Volume.Compose)
			}
		}
	}
	return ParametersOf(strs...)
}

// Parameters lists the variables of the parameters in the text.
func (t Text) Parameters() []string { return ParametersOf(t.texts()...) }

func (t Text) texts() []string {
	var out []string
	for _, p := range t {
		out = append(out, p.Text)
	}
	return out
}

// stringsIn lists the strings in plain data (Passthrough.Value).
func stringsIn(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, stringsIn(x)...)
		}
		return out
	case map[string]any:
		var out []string
		for _, x := range v {
			out = append(out, stringsIn(x)...)
		}
		return out
	}
	return nil
}

// Published is the host port as Compose writes it, which may be a range or a placeholder; "" if the
// port isn't published, or on any free port.
func (p *Port) Published() string {
	switch {
	case p.HostVar != "":
		return text.Placeholder(p.HostVar)
	case p.Free:
		return p.Among
	case p.Host == 0:
		return ""
	case p.Last != 0:
		return strconv.Itoa(p.Host) + "-" + strconv.Itoa(p.Host+p.Last-p.Container)
	}
	return strconv.Itoa(p.Host)
}
