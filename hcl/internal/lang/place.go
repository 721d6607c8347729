package lang

import (
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Part is a part of an argument's value in the source: the ranges of its key and its value. For a
// computed value, both are those of the nearest literal around it, and Expr is nil.
type Part struct {
	Key, Range hcl.Range
	Expr       hclsyntax.Expression
	// Written says, if Expr is nil, that the value is a literal as far as the path, and has no such part.
	Written bool
}

// Part finds a part of the argument's value by keys, and indexes of lists.
func (b *Block) Part(name string, path ...string) Part {
	out := Part{Key: b.NameRange(name), Range: b.AttrRange(name), Expr: b.Expr(name)}
	for _, step := range path {
		for {
			in, ok := out.Expr.(*hclsyntax.ParenthesesExpr)
			if !ok {
				break
			}
			out.Expr = in.Expression
		}
		next := Part{Key: out.Key, Range: out.Range, Written: out.Written}
		switch e := out.Expr.(type) {
		case *hclsyntax.ObjectConsExpr:
			next.Written = true
			for _, it := range e.Items {
				k := hcl.ExprAsKeyword(it.KeyExpr)
				plain := k != ""
				if !plain {
					k, plain = literalString(it.KeyExpr)
				}
				if plain && k == step {
					next = Part{Key: it.KeyExpr.Range(), Range: it.ValueExpr.Range(), Expr: it.ValueExpr}
					break
				}
				next.Written = next.Written && plain
			}
		case *hclsyntax.TupleConsExpr:
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(e.Exprs) {
				next = Part{Key: e.Exprs[i].Range(), Range: e.Exprs[i].Range(), Expr: e.Exprs[i]}
			}
		}
		out = next
	}
	return out
}
