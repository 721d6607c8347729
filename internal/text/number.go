// Package text writes what people read: numbers, durations, counts, lists and
// suggestions. A number or duration that a manifest can say is written exactly:
// reading the text gives the value again.
package text

import (
	"math/big"
	"strings"
)

// repeatingDecimals is to how many decimals Number rounds what has no end.
const repeatingDecimals = 17

// Number writes r as the shortest decimal that is equal to it, without exponent:
// 1.75, 42, -0.001. Each number of a manifest is such a decimal. Of one that
// isn't, such as a third, it is Rounded to 17 decimals.
func Number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	if decimals, exact := r.FloatPrec(); exact {
		return r.FloatString(decimals)
	}
	return Rounded(r, repeatingDecimals)
}

// Rounded writes r rounded to so many decimals, half away from zero, without
// trailing zeros: a third to 2 decimals is 0.33, one is 1. It is for figures that
// are worked out, such as ratios; what a manifest says is written by Number. A
// number that rounds to zero is 0, without a sign.
func Rounded(r *big.Rat, decimals int) string {
	s := r.FloatString(decimals)
	if decimals > 0 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}
