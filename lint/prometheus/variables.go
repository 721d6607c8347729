package prometheus

import (
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// span is a part of an expression that replaces a variable.
type span struct{ start, end int }

// durations and numbers are Grafana's own variables.
var (
	grafanaDurations = map[string]bool{"__interval": true, "__rate_interval": true, "__range": true}
	grafanaNumbers   = map[string]bool{"__interval_ms": true, "__range_s": true, "__range_ms": true, "__from": true, "__to": true}
	grafanaTexts     = map[string]bool{"__dashboard": true, "__name": true, "__org": true, "__user": true, "datasource": true, "__all": true}
)

var (
	stringLiteral = regexp.MustCompile("^(?s:\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)")
	variableForm  = regexp.MustCompile(`^(?:\$\{([A-Za-z_][A-Za-z0-9_]*)(?:[.:][^}]*)?\}|\$([A-Za-z_][A-Za-z0-9_]*))`)
)

// grafanaVariables are the variables of a dashboard by name; nil for
// expressions that Prometheus evaluates, which have none.
type grafanaVariables map[string]grafanaVariable

// grafanaVariable is what a variable of a dashboard may hold.
type grafanaVariable struct {
	kind    string // as manifest.DashboardVariable.Type
	several bool   // several values at once: Grafana inserts (a|b)
}

func dashboardVariables(d *manifest.Dashboard) grafanaVariables {
	v := grafanaVariables{}
	for _, dv := range d.Variables {
		v[dv.Name] = grafanaVariable{dv.Type, dv.Multi || dv.IncludeAll}
	}
	return v
}

func (v grafanaVariables) known(name string) bool {
	return v[name].kind != "" || grafanaDurations[name] || grafanaNumbers[name] || grafanaTexts[name]
}

func (v grafanaVariables) names() []string {
	set := map[string]bool{"__rate_interval": true, "__interval": true, "__range": true}
	for n := range v {
		set[n] = true
	}
	return keys(set)
}

// substitute replaces each variable outside of strings with text of the same
// length and the right kind, so that positions don't change: a duration where
// one is required, a number for the variables in numbers, otherwise a name. It lists the
// replaced spans and the undeclared variables.
func (v grafanaVariables) substitute(expr string, numbers map[string]bool) (text string, replaced []span, unknown []span) {
	var b strings.Builder
	inRange := false
	for i := 0; i < len(expr); {
		if s := stringLiteral.FindString(expr[i:]); s != "" {
			b.WriteString(s)
			i += len(s)
			continue
		}
		m := variableForm.FindStringSubmatch(expr[i:])
		if m == nil {
			switch expr[i] {
			case '[':
				inRange = true
			case ']':
				inRange = false
			}
			b.WriteByte(expr[i])
			i++
			continue
		}
		name := m[1] + m[2]
		at := span{i, i + len(m[0])}
		i = at.end
		replaced = append(replaced, at)
		if !v.known(name) {
			unknown = append(unknown, at)
		}
		b.WriteString(v.standIn(name, len(m[0]), inRange || afterOffset(b.String()), numbers[name]))
	}
	return b.String(), replaced, unknown
}

// standIn is n bytes, at least 2, that parse as a duration, a number or a name.
func (v grafanaVariables) standIn(name string, n int, duration, number bool) string {
	switch {
	case duration || grafanaDurations[name] || v[name].kind == "interval":
		return strings.Repeat("0", n-2) + "5m"
	case number || grafanaNumbers[name]:
		return strings.Repeat("0", n-1) + "5"
	}
	return strings.Repeat("v", n)
}

var offsetWord = regexp.MustCompile(`(?i)\boffset\s+-?$`)

func afterOffset(before string) bool {
	return offsetWord.MatchString(before[max(0, len(before)-40):])
}

// mostGuesses limits the variables of an expression whose kinds are tried in every combination.
const mostGuesses = 4

// parse parses an expression with its variables replaced. A variable outside of strings and
// ranges stands for a name or a number: the first combination that parses is taken.
func (v grafanaVariables) parse(expr string) (parser.Expr, error) {
	if v == nil {
		return promQL.ParseExpr(expr)
	}
	text, replaced, _ := v.substitute(expr, nil)
	tree, err := promQL.ParseExpr(text)
	if err == nil || len(replaced) == 0 {
		return tree, err
	}
	var names []string
	for _, s := range replaced {
		m := variableForm.FindStringSubmatch(expr[s.start:s.end])
		if name := m[1] + m[2]; v[name].kind != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > mostGuesses {
		return tree, err
	}
	for guess := 1; guess < 1<<len(names); guess++ {
		numbers := map[string]bool{}
		for i, name := range names {
			numbers[name] = guess>>i&1 == 1
		}
		other, _, _ := v.substitute(expr, numbers)
		if t, e := promQL.ParseExpr(other); e == nil {
			return t, nil
		}
	}
	return tree, err
}

// inText lists the undeclared variables inside a string.
func (v grafanaVariables) inText(text string) []string {
	var out []string
	for i := strings.IndexByte(text, '$'); i >= 0 && i < len(text); {
		if m := variableForm.FindStringSubmatch(text[i:]); m != nil && !v.known(m[1]+m[2]) {
			out = append(out, m[1]+m[2])
		}
		next := strings.IndexByte(text[i+1:], '$')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return out
}

// severalIn is the first variable inside a string that may hold several values; "" if there is none.
func (v grafanaVariables) severalIn(text string) string {
	for i := strings.IndexByte(text, '$'); i >= 0; {
		if m := variableForm.FindStringSubmatch(text[i:]); m != nil && v[m[1]+m[2]].several {
			return m[1] + m[2]
		}
		next := strings.IndexByte(text[i+1:], '$')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return ""
}
