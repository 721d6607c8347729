package exporter

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// rewriter makes the blocks of a preset those of one exporter: each range becomes that of the exporter's
// block, each word the name that it stands for, and exporter.ARGUMENT the argument's expression. Names are
// identifiers, so they mean the same inside of any text.
type rewriter struct {
	at    hcl.Range
	words *strings.Replacer
	args  map[string]hclsyntax.Expression
}

var (
	rangeType = reflect.TypeFor[hcl.Range]()
	valueType = reflect.TypeFor[cty.Value]()
)

func (r *rewriter) walk(v reflect.Value) {
	switch v.Type() {
	case rangeType:
		v.Set(reflect.ValueOf(r.at))
		return
	case valueType:
		if c := v.Interface().(cty.Value); c.Type() == cty.String && c.IsKnown() && !c.IsNull() {
			v.Set(reflect.ValueOf(cty.StringVal(r.words.Replace(c.AsString()))))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.walk(v.Elem())
		}
	case reflect.Interface:
		r.inside(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				r.walk(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.walk(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			r.walk(v.MapIndex(k).Elem())
		}
	case reflect.String:
		v.SetString(r.words.Replace(v.String()))
	}
}

// inside rewrites the value of an interface: a node, or a step of a traversal.
func (r *rewriter) inside(v reflect.Value) {
	if v.IsNil() {
		return
	}
	if t, ok := v.Interface().(*hclsyntax.ScopeTraversalExpr); ok && t.Traversal.RootName() == "exporter" && len(t.Traversal) == 2 {
		if name, ok := t.Traversal[1].(hcl.TraverseAttr); ok {
			v.Set(reflect.ValueOf(r.args[name.Name]))
			return
		}
	}
	if v.Elem().Kind() == reflect.Pointer {
		r.walk(v.Elem())
		return
	}
	c := reflect.New(v.Elem().Type()).Elem()
	c.Set(v.Elem())
	r.walk(c)
	v.Set(c)
}

// str is a string as an expression.
func str(s string, at hcl.Range) hclsyntax.Expression {
	return &hclsyntax.TemplateExpr{SrcRange: at, Parts: []hclsyntax.Expression{&hclsyntax.LiteralValueExpr{Val: cty.StringVal(s), SrcRange: at}}}
}

func null(at hcl.Range) hclsyntax.Expression {
	return &hclsyntax.LiteralValueExpr{Val: cty.NullVal(cty.DynamicPseudoType), SrcRange: at}
}
