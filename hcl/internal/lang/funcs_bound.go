package lang

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"go.yaml.in/yaml/v3"
)

// guarded is a function that checks its arguments first: some functions turn little input into much
// output, and would exhaust memory before the result could be checked.
func guarded(f function.Function, check func(args []cty.Value) error) function.Function {
	return function.New(&function.Spec{
		Params: f.Params(), VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			for _, a := range args {
				if !a.IsWhollyKnown() {
					return f.ReturnTypeForValues(args)
				}
			}
			if err := check(args); err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}

// boundProduct bounds the pairs of setproduct.
func boundProduct(args []cty.Value) error {
	n := 1
	for _, a := range args {
		if a.IsNull() || !a.CanIterateElements() {
			return nil // the function reports that itself
		}
		if n *= max(1, a.LengthInt()); n > maxValue/64 {
			return fmt.Errorf("the product has more than %d elements", maxValue/64)
		}
	}
	return nil
}

func boundIndent(args []cty.Value) error {
	spaces, _ := args[0].AsBigFloat().Float64()
	if spaces*float64(1+strings.Count(args[1].AsString(), "\n")) > maxValue {
		return function.NewArgErrorf(0, "the spaces would take more than %d MB", maxValue>>20)
	}
	return nil
}

func boundReplace(args []cty.Value) error {
	str, sub, repl := args[0].AsString(), args[1].AsString(), args[2].AsString()
	if n := len(repl); n > 0 && (strings.Count(str, sub) > maxValue/n || len(sub) > 1 && sub[0] == '/' && len(str) > maxValue/n) {
		return fmt.Errorf("the result would take more than %d MB", maxValue>>20)
	}
	return nil
}

var wideVerb = regexp.MustCompile(`%[-+ #0]*(\[\d+\])?(\d{5,}|\d*\.\d{5,}|[^a-zA-Z%]*\*)`)

// boundFormat bounds widths: a width of billions is a mistake, or an attempt to exhaust memory.
func boundFormat(args []cty.Value) error {
	if args[0].Type() == cty.String && wideVerb.MatchString(args[0].AsString()) {
		return function.NewArgErrorf(0, "a width or precision can have at most four digits")
	}
	return nil
}

// boundYAML bounds the nesting of a document, because its reader takes quadratic time, and the size of
// its expanded aliases.
func boundYAML(args []cty.Value) error {
	src := args[0].AsString()
	depth := 0
	for i := 0; i < len(src); i++ {
		switch {
		case src[i] == '[' || src[i] == '{' || src[i] == '-' && strings.HasPrefix(src[i:], "- - "):
			depth++
		case src[i] == ']' || src[i] == '}':
			depth--
		case src[i] == '\n' && !strings.HasPrefix(src[i+1:], " "):
			depth = 0
		}
		if depth > maxNesting {
			return function.NewArgErrorf(0, "it is nested more than %d levels deep", maxNesting)
		}
	}
	if !strings.Contains(src, "*") {
		return nil
	}
	var doc yaml.Node
	if yaml.Unmarshal([]byte(src), &doc) != nil {
		return nil // the function reports the error
	}
	if _, err := expanded(&doc, map[*yaml.Node]int{}); err != nil {
		return function.NewArgError(0, err)
	}
	return nil
}

// expanded counts the nodes below n with every alias replaced.
func expanded(n *yaml.Node, known map[*yaml.Node]int) (int, error) {
	if c, ok := known[n]; ok {
		if c < 0 {
			return 0, errors.New("an alias refers to a value that contains it")
		}
		return c, nil
	}
	known[n] = -1
	total := 1
	kids := n.Content
	if n.Alias != nil {
		kids = []*yaml.Node{n.Alias}
	}
	for _, k := range kids {
		c, err := expanded(k, known)
		if err != nil {
			return 0, err
		}
		if total += c; total > maxValue/64 {
			return 0, fmt.Errorf("with its aliases expanded it has more than %d parts", maxValue/64)
		}
	}
	known[n] = total
	return total, nil
}
