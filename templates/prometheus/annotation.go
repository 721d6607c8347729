package prometheus

import (
	"fmt"
	"math"
	"strings"
	"text/template"
	"text/template/parse"
)

// expansion is the data of an alert's templates.
type expansion struct {
	Labels         map[string]string
	ExternalLabels map[string]string
	Value          float64
}

// preamble defines the variables that Prometheus passes to each template.
const preamble = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$value := .Value}}"

// expand expands a label or an annotation of an alert as Prometheus does, and
// reports whether the result is certain: it is for text, labels, the value and
// functions whose results are the same in every version.
func expand(text string, data expansion) (string, bool) {
	if !strings.Contains(text, "{{") {
		return text, true
	}
	if LargeTemplate(text) {
		return "", false
	}
	t, err := template.New("").Funcs(functions).Option("missingkey=zero").Parse(preamble + text)
	if err != nil || len(t.Templates()) > 1 || !plainNode(t.Root, true) {
		return "", false
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", false
	}
	return b.String(), true
}

// functions are those of text/template and Prometheus that expand supports.
var functions = template.FuncMap{
	"toUpper":            strings.ToUpper,
	"toLower":            strings.ToLower,
	"humanize":           humanize,
	"humanizePercentage": func(v float64) string { return fmt.Sprintf("%.4g%%", v*100) },
}

// humanize writes a number with a metric prefix, four digits.
func humanize(v float64) string {
	prefix := ""
	switch {
	case v == 0 || math.IsNaN(v) || math.IsInf(v, 0):
	case math.Abs(v) >= 1:
		for _, p := range []string{"k", "M", "G", "T", "P", "E", "Z", "Y"} {
			if math.Abs(v) < 1000 {
				break
			}
			prefix, v = p, v/1000
		}
	default:
		for _, p := range []string{"m", "u", "n", "p", "f", "a", "z", "y"} {
			if math.Abs(v) >= 1 {
				break
			}
			prefix, v = p, v*1000
		}
	}
	return fmt.Sprintf("%.4g%s", v, prefix)
}

// plainNode reports whether a part of a template reads only labels and the value. It
// refuses the maps themselves, the dot and what rebinds it, because Prometheus's data
// has more fields.
func plainNode(n parse.Node, top bool) bool {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return true
		}
		for i, c := range n.Nodes {
			if top && i < 3 {
				continue // the preamble
			}
			if !plainNode(c, false) {
				return false
			}
		}
		return true
	case *parse.ActionNode:
		return plainNode(n.Pipe, false)
	case *parse.IfNode:
		return plainNode(n.Pipe, false) && plainNode(n.List, false) && plainNode(n.ElseList, false)
	case *parse.PipeNode:
		if n == nil || len(n.Decl) > 0 {
			return false
		}
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				if !plainNode(a, false) {
					return false
				}
			}
		}
		return true
	case *parse.VariableNode:
		return n.Ident[0] == "$value" && len(n.Ident) == 1 ||
			(n.Ident[0] == "$labels" || n.Ident[0] == "$externalLabels") && len(n.Ident) == 2
	case *parse.FieldNode:
		return n.Ident[0] == "Value" && len(n.Ident) == 1 ||
			(n.Ident[0] == "Labels" || n.Ident[0] == "ExternalLabels") && len(n.Ident) == 2
	case *parse.TextNode, *parse.CommentNode, *parse.StringNode, *parse.NumberNode, *parse.BoolNode, *parse.IdentifierNode:
		return true
	}
	return false
}
