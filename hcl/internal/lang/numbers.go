package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// maxDigits bounds the size of a number that is written out: printing 1e9999999 alone takes minutes.
const maxDigits = 1000

// hugeNumbers finds number literals of more than maxDigits digits. It walks the file only if the text
// may contain one.
func hugeNumbers(src []byte, body hclsyntax.Node) (diags hcl.Diagnostics) {
	if !mayHoldHuge(src) {
		return nil
	}
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		if l, ok := n.(*hclsyntax.LiteralValueExpr); ok && l.Val.Type() == cty.Number && l.Val.IsKnown() && !l.Val.IsNull() && huge(l.Val) {
			l.Val = cty.Zero
			diags = append(diags, ruleEval.At(l.SrcRange, "This number has more than %d digits. Numbers are exact and are written out in full.", maxDigits))
		}
		return nil
	})
	return diags
}

func huge(v cty.Value) bool {
	f := v.AsBigFloat()
	const bits = maxDigits * 10 / 3
	e := f.MantExp(nil)
	return f.IsInf() || e > bits || e < -bits
}

// mayHoldHuge looks for an exponent of four digits or more, or for a very long
// run of digits.
func mayHoldHuge(src []byte) bool {
	digit := func(i int) bool { return i < len(src) && '0' <= src[i] && src[i] <= '9' }
	run := 0
	for i := range src {
		if !digit(i) {
			run = 0
			if src[i]|0x20 != 'e' || i == 0 || !digit(i-1) {
				continue
			}
			j := i + 1
			if j < len(src) && (src[j] == '+' || src[j] == '-') {
				j++
			}
			if digit(j) && digit(j+1) && digit(j+2) && digit(j+3) {
				return true
			}
			continue
		}
		if run++; run > maxDigits {
			return true
		}
	}
	return false
}
