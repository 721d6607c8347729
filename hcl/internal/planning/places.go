package planning

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// keyPlaces finds where a key of a literal object stands; the whole attribute
// for any other.
func keyPlaces(b *lang.Block, attr string) func(key string) hcl.Range {
	places := map[string]hcl.Range{}
	if o, ok := b.Expr(attr).(*hclsyntax.ObjectConsExpr); ok {
		for _, it := range o.Items {
			if k := hcl.ExprAsKeyword(it.KeyExpr); k != "" {
				places[k] = it.KeyExpr.Range()
			} else if k, ok := literal(it.KeyExpr); ok {
				places[k] = it.KeyExpr.Range()
			}
		}
	}
	return func(key string) hcl.Range {
		if r, ok := places[key]; ok {
			return r
		}
		return b.AttrRange(attr)
	}
}

func wholeNumber(v cty.Value) (int64, bool) {
	n, acc := v.AsBigFloat().Int64()
	return n, acc == big.Exact
}
