// Package text formats what people read: numbers, durations, counts, lists and suggestions. A number
// or duration of a manifest is formatted exactly: parsing the text returns the value again.
package text

import (
	"math/big"
	"strings"
)

// repeatingDecimals is the number of decimals to which Number rounds repeating decimals.
const repeatingDecimals = 17

// Number formats r as the shortest equal decimal, without exponent: 1.75, 42, -0.001. Each number of a
// manifest is such a decimal. Others, such as a third, are Rounded to 17 decimals.
func Number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	if decimals, exact := r.FloatPrec(); exact {
		return r.FloatString(decimals)
	}
	return Rounded(r, repeatingDecimals)
}

// Rounded formats r rounded to a number of decimals, half away from zero, without trailing zeros: a
// third to 2 decimals is 0.33, one is 1. It is for computed figures, such as ratios; values of a
// manifest are formatted by Number. A number that rounds to zero is 0, without a sign.
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
