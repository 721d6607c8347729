package grafana

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// only are the types of panels that have a property.
var only = map[string][]string{
	"axis":   {"barchart", "timeseries"},
	"stack":  {"timeseries"},
	"hidden": {"barchart", "histogram", "piechart", "state-timeline", "status-history", "table", "timeseries"},
}

// checkOverride checks that an override sets what its panel has, of series that the panel may show.
func checkOverride(p *manifest.Panel, o *manifest.Override) hcl.Diagnostics {
	at := where(o.SeriesRange, o.Range)
	switch p.Type {
	case "text", "logs", "heatmap":
		return hcl.Diagnostics{ruleBadOverride.At(o.Range, "%s is in a panel of the type %s, which has no series to show in another way. Remove it.", o.Address, p.Type)}
	}
	for _, name := range []string{"axis", "stack", "hidden"} {
		given := name == "axis" && o.Axis != "" || name == "stack" && o.Stack != nil || name == "hidden" && o.Hidden
		if given && !slices.Contains(only[name], p.Type) {
			return hcl.Diagnostics{ruleBadOverride.At(o.Ranges.Of(name, o.Range), "%s sets `%s`, which a panel of the type %s doesn't have; %s panels do. Remove it.", o.Address, name, p.Type, text.List(only[name]))}
		}
	}
	if len(properties(p, o)) == 0 {
		return hcl.Diagnostics{ruleBadOverride.At(o.Range, "%s sets nothing. Add what is different, such as `color` or `unit`, or remove it.", o.Address)}
	}
	var names *regexp.Regexp
	if o.By == manifest.ByRegexp {
		var err error
		if names, err = browserRegexp(o.Series); err != nil {
			return hcl.Diagnostics{ruleBadOverride.At(at, "%s has the invalid regular expression %q: %s.", o.Address, o.Series, err)}
		}
	}
	if shown, ok := unmatched(p, o.Series, o.By, names); ok {
		return hcl.Diagnostics{ruleNoSeries.At(at, "%s matches none of the panel's series, whose names are %s. Write the name of one of them, or set `legend` of its query.", o.Address, text.List(shown))}
	}
	return nil
}

// legendPart is a part of a legend that depends on the series or on a variable.
var legendPart = regexp.MustCompile(`\{\{.*?\}\}|\$\{.*?\}|\$\w+|\[\[.*?\]\]`)

// unmatched reports whether no series of a panel can have the name of an override, and returns the legends. Names
// that nobody knows before a query is answered may be any.
func unmatched(p *manifest.Panel, series string, by manifest.SeriesMatch, names *regexp.Regexp) (legends []string, ok bool) {
	switch p.Type {
	case "table", "barchart", "histogram":
		return nil, false // names of columns
	}
	if by == manifest.ByRegexp && names == nil {
		return nil, false
	}
	for _, t := range p.Targets {
		if t.Legend == "" || by == manifest.ByRegexp && legendPart.MatchString(t.Legend) {
			return nil, false
		}
		if by == manifest.ByRegexp && names.MatchString(t.Legend) || by == manifest.ByName && mayName(t.Legend, series) {
			return nil, false
		}
		if shown := fmt.Sprintf("%q", t.Legend); !slices.Contains(legends, shown) {
			legends = append(legends, shown)
		}
	}
	return legends, len(legends) > 0
}

// mayName reports whether a series with a legend can have a name. Grafana numbers series of the same name.
func mayName(legend, name string) bool {
	var b strings.Builder
	rest := 0
	for _, at := range legendPart.FindAllStringIndex(legend, -1) {
		b.WriteString(regexp.QuoteMeta(legend[rest:at[0]]) + ".*")
		rest = at[1]
	}
	b.WriteString(regexp.QuoteMeta(legend[rest:]))
	return regexp.MustCompile(`(?s)^` + b.String() + `(?: \d+)?$`).MatchString(name)
}

// expression is a regular expression as Grafana takes it. It anchors one without slashes, but only the first and
// the last of several alternatives.
func expression(s string) string {
	if !strings.HasPrefix(s, "/") && strings.Contains(s, "|") {
		return "/^(?:" + s + ")$/"
	}
	return s
}

// slashed is a regular expression between slashes with flags. With those that aren't here, g and y, Grafana's answer
// would depend on the name before.
var slashed = regexp.MustCompile(`^/(.+)/(i?m?)$`)

// token is an escaped character, a class, or the beginning of a group with a meaning of its own.
var token = regexp.MustCompile(`\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:[=!]|<[=!]|:|<[A-Za-z_]\w*>)?`)

// browserRegexp reads a regular expression of Grafana, which browsers execute. What Go's notation hasn't got of theirs
// are groups that look ahead or back: with one it returns nil.
func browserRegexp(s string) (*regexp.Regexp, error) {
	pattern, flags := "^(?:"+s+")$", ""
	if strings.HasPrefix(s, "/") {
		m := slashed.FindStringSubmatch(s)
		if m == nil {
			return nil, errors.New("it begins with a slash, so it must end with one, or with one and the flags i, m or im")
		}
		pattern, flags = m[1], m[2]
	}
	if s == "" || strings.ContainsAny(s, "\n\r") {
		return nil, errors.New("it is empty, or has several lines")
	}
	looks, foreign := false, ""
	plain := token.ReplaceAllStringFunc(pattern, func(t string) string {
		switch t {
		case "(?=", "(?!", "(?<=", "(?<!":
			looks = true
			return "(?:"
		case "(?", `\A`, `\z`, `\Q`, `\E`, `\C`, `\a`, `\p`, `\P`:
			foreign = t
		}
		if strings.HasPrefix(t, "[[:") {
			foreign = "[[:"
		}
		return t
	})
	if foreign != "" {
		return nil, fmt.Errorf("browsers read %q as something else than other programs do, or not at all", foreign)
	}
	if flags != "" {
		plain = "(?" + flags + ")" + plain
	}
	re, err := regexp.Compile(plain)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if looks {
		return nil, nil
	}
	return re, nil
}
