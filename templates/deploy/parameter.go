package deploy

import (
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// expandParameters replaces the placeholders of parameters in a shell script by expansions of their
// variables, each quoted as its place requires: "$NAME" as a word of its own, ${NAME} within double
// quotes, a here-document or arithmetic, '"$NAME"' within single quotes. lost are the variables of those
// that the shell doesn't expand, because they are in a here-document with a quoted delimiter.
func expandParameters(script string) (expanded string, lost []string) {
	if !manifest.HasParameter(script) {
		return script, nil
	}
	var names []string
	marker := "OGp"
	for strings.Contains(script, marker) {
		marker += "p"
	}
	// A marker is a plain word of letters and digits, wherever it stands.
	marked := manifest.MapParameters(script, nil, func(envVar string) string {
		names = append(names, envVar)
		return fmt.Sprintf("%s%dz", marker, len(names)-1)
	})
	forms := make([]string, len(names))
	for i, name := range names {
		forms[i] = "${" + name + "}" // also in comments, and where the script can't be parsed
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(marked), "")
	if err == nil {
		lost = markForms(file, marker, names, forms)
	}
	pairs := make([]string, 0, 2*len(names))
	for i, form := range forms {
		pairs = append(pairs, fmt.Sprintf("%s%dz", marker, i), form)
	}
	return strings.NewReplacer(pairs...).Replace(marked), lost
}

// place is how the text around a marker is quoted.
type place uint8

const (
	bare place = iota
	inDouble
	inSingle
	literal // a here-document whose delimiter is quoted: nothing is expanded
)

// quotedWord reports whether any part of a here-document's delimiter is quoted.
func quotedWord(w *syntax.Word) bool {
	for _, p := range w.Parts {
		lit, plain := p.(*syntax.Lit)
		if !plain || strings.Contains(lit.Value, "\\") {
			return true
		}
	}
	return false
}

// markForms sets the form of each marker in the file, and returns the names of those that are not expanded.
func markForms(file *syntax.File, marker string, names, forms []string) (lost []string) {
	set := func(text string, at place) {
		for rest := text; ; {
			_, after, found := strings.Cut(rest, marker)
			if !found {
				return
			}
			digits, _, _ := strings.Cut(after, "z")
			if i, err := strconv.Atoi(digits); err == nil && i < len(names) && at == literal {
				lost = append(lost, names[i])
			} else if err == nil && i < len(names) {
				forms[i] = map[place]string{bare: `"$` + names[i] + `"`, inDouble: "${" + names[i] + "}", inSingle: `'"$` + names[i] + `"'`}[at]
			}
			rest = after
		}
	}
	var stack []place
	documents := map[*syntax.Word]place{}
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return false
		}
		at := bare
		if len(stack) > 0 {
			at = stack[len(stack)-1]
		}
		switch n := n.(type) {
		case *syntax.SglQuoted:
			set(n.Value, inSingle)
		case *syntax.Lit:
			set(n.Value, at)
		case *syntax.DblQuoted, *syntax.ArithmExp, *syntax.ArithmCmd, *syntax.ParamExp:
			at = inDouble
		case *syntax.CmdSubst, *syntax.ProcSubst:
			at = bare // quotes outside of it do not count inside
		case *syntax.Redirect:
			if n.Hdoc != nil {
				documents[n.Hdoc] = inDouble
				if quotedWord(n.Word) {
					documents[n.Hdoc] = literal
				}
			}
		case *syntax.Word:
			if p, isDocument := documents[n]; isDocument {
				at = p
			}
		}
		stack = append(stack, at)
		return true
	})
	return lost
}

// parameterRow is a parameter as the runtime knows it: name, variable, type, default, traits, pattern,
// bounds, description, and the allowed values.
func (s *script) parameterRow(p *manifest.Parameter) []value {
	traits := ""
	if p.Sensitive {
		traits = "sensitive"
	}
	low, high := "", ""
	if p.Min != nil {
		low = text.Number(p.Min)
	}
	if p.Max != nil {
		high = text.Number(p.Max)
	}
	out := []value{word(p.Name, p.Range), word(p.EnvVar, p.Range), word(string(p.Type), p.Range), quoted(p.Default, p.Range), quoted(traits, p.Range),
		quoted(p.Matches, p.Range), quoted(low, p.Range), quoted(high, p.Range), quoted(strings.Join(strings.Fields(p.Description), " "), p.Range)}
	for _, w := range p.OneOf {
		out = append(out, quoted(w, p.Range))
	}
	return out
}
