package lang

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/internal/text"
)

// String reads a string; with Attr.Values, one of those.
func (b *Block) String(name string) string {
	v, ok := b.Value(name, cty.String)
	if !ok || v.IsNull() {
		return ""
	}
	s := v.AsString()
	if !b.checkEnum(name, s, b.AttrRange(name)) {
		b.fail(name)
		return ""
	}
	return s
}

func (b *Block) checkEnum(name, s string, at hcl.Range) bool {
	spec := b.spec.attr(name)
	if spec == nil || len(spec.Values) == 0 {
		return true
	}
	for _, v := range spec.Values {
		if v == s {
			return true
		}
	}
	hint, fix := b.p.didYouMean(s, spec.Values)
	if fix != "" {
		fix = quote(fix)
	}
	b.p.Report(ruleValue.Fix(at, fix, "%[3]q is not a valid value of \"%[1]s\"; use %[2]s.%[4]s", name, text.OrList(text.Quoted(spec.Values)), s, hint))
	return false
}

// Bool reads a bool.
func (b *Block) Bool(name string) bool {
	v, ok := b.Value(name, cty.Bool)
	return ok && !v.IsNull() && v.True()
}

// Number reads an exact decimal; nil when absent.
func (b *Block) Number(name string) *big.Rat {
	v, ok := b.Value(name, cty.Number)
	if !ok || v.IsNull() {
		return nil
	}
	r := Rat(v)
	if r == nil {
		b.Invalid(name, "must be a finite number")
	}
	return r
}

// Rat is the exact rational of a number's shortest decimal text; nil for an
// infinity, or where the text would be absurdly long.
func Rat(v cty.Value) *big.Rat {
	f := v.AsBigFloat()
	if f.IsInf() || f.MantExp(nil) > 4096 || f.MantExp(nil) < -4096 {
		return nil
	}
	r, ok := new(big.Rat).SetString(decimal(f))
	if !ok {
		return nil
	}
	return r
}

// decimal formats a number as a person would: the shortest text at the precision with which cty
// computes, without binary rounding artifacts (0.1 + 0.2 is 0.3).
func decimal(f *big.Float) string {
	if f.IsInt() {
		return f.Text('f', 0)
	}
	return f.Text('g', 100)
}

// Int reads a whole number.
func (b *Block) Int(name string) int {
	v, ok := b.Value(name, cty.Number)
	if !ok || v.IsNull() {
		return 0
	}
	i, acc := v.AsBigFloat().Int64()
	if acc != big.Exact || i != int64(int(i)) {
		b.Invalid(name, "must be a whole number")
		return 0
	}
	return int(i)
}

// Ports reads a number or a range of numbers, such as "8000-8010", as its first and last
// number; 0 and 0 if it is absent, has failed, or is a value of deploy time.
func (b *Block) Ports(name string) (first, last int) {
	if b.Deferred(name) != "" {
		return 0, 0
	}
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return 0, 0
	}
	if v.Type() == cty.String {
		if from, to, ranged := strings.Cut(v.AsString(), "-"); ranged {
			first, err := strconv.Atoi(from)
			last, err2 := strconv.Atoi(to)
			if err != nil || err2 != nil {
				b.Invalid(name, "must be a whole number, or a range such as \"8000-8010\"")
				return 0, 0
			}
			return first, last
		}
	}
	n := b.Int(name)
	return n, n
}

// Filled reads a string that must not be blank if it is set.
func (b *Block) Filled(name string) string {
	s := b.String(name)
	if b.Has(name) && !b.Failed(name) && strings.TrimSpace(s) == "" {
		b.Invalid(name, "must not be empty")
	}
	return s
}

// Invalid reports that the argument's value is invalid: "must be …". It counts as failed from then
// on. A failed or missing argument was reported, so nothing is reported for it.
func (b *Block) Invalid(name, format string, args ...any) {
	if s := b.spec.attr(name); b.Failed(name) || !b.Given(name) && s != nil && s.Required {
		return
	}
	b.p.Errorf(ruleValue, b.AttrRange(name), "The argument \"%s\" %s.", name, fmt.Sprintf(format, args...))
	b.fail(name)
}

// Duration reads a duration of at least 0 such as "1m30s", "500ms", "2d".
func (b *Block) Duration(name string) time.Duration {
	v, ok := b.Value(name, cty.String)
	if !ok || v.IsNull() {
		return 0
	}
	d, err := ParseDuration(v.AsString())
	if err != nil {
		if s := v.AsString(); isNumber(s) {
			if at := b.AttrRange(name); b.Given(name) && strings.Trim(b.p.sourceOf(at), `"`) == s {
				b.p.Report(ruleValue.Fix(at, quote(s+"s"), "The argument \"%s\" must be a duration with a unit: \"%ss\" for seconds, \"%sm\" for minutes.", name, s, s))
				b.fail(name)
				return 0
			}
			b.Invalid(name, "must be a duration with a unit: \"%ss\" for seconds, \"%sm\" for minutes", s, s)
			return 0
		}
		b.Invalid(name, "must be a duration such as \"30s\", \"1m30s\" or \"2d\": %s", err)
	}
	return d
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// ParseDuration reads Go's notation, and d and w, of durations of at least 0.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a duration", s)
	if s == "0" {
		return 0, nil
	}
	var total time.Duration
	rest := s
	for rest != "" {
		i := 0
		for i < len(rest) && ('0' <= rest[i] && rest[i] <= '9' || rest[i] == '.') {
			i++
		}
		j := i
		for j < len(rest) && !('0' <= rest[j] && rest[j] <= '9' || rest[j] == '.') {
			j++
		}
		num, unit := rest[:i], rest[i:j]
		rest = rest[j:]
		if i == 0 || unit == "" {
			return 0, bad
		}
		scale := 1
		switch unit {
		case "d":
			unit, scale = "h", 24
		case "w":
			unit, scale = "h", 24*7
		}
		d, err := time.ParseDuration(num + unit)
		if err != nil || d > (1<<62)/time.Duration(scale) {
			return 0, bad
		}
		if total += d * time.Duration(scale); total < 0 || total > 1<<62 {
			return 0, bad
		}
	}
	if s == "" {
		return 0, bad
	}
	return total, nil
}

// Bytes reads a size such as "512MB": units of 1024, as in Docker. A bare number is in bytes.
func (b *Block) Bytes(name string) int64 {
	v, ok := b.Value(name, cty.String)
	if !ok || v.IsNull() {
		return 0
	}
	n, err := ParseBytes(v.AsString())
	if err != nil {
		b.Invalid(name, "must be a size such as \"512MB\" or \"1.5GB\": %s", err)
	}
	return n
}

// ParseBytes reads "10", "10b", "10k", "10kb", "10KiB", "1.5g" and so on.
func ParseBytes(s string) (int64, error) {
	bad := fmt.Errorf("%q is not a size", s)
	t := strings.ToLower(strings.TrimSpace(s))
	i := 0
	for i < len(t) && ('0' <= t[i] && t[i] <= '9' || t[i] == '.') {
		i++
	}
	shift, ok := map[string]uint{"": 0, "b": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20,
		"g": 30, "gb": 30, "gib": 30, "t": 40, "tb": 40, "tib": 40}[strings.TrimSpace(t[i:])]
	n, valid := new(big.Rat).SetString(t[:i])
	if !ok || !valid {
		return 0, bad
	}
	n.Mul(n, new(big.Rat).SetInt64(1<<shift))
	bytes := new(big.Int).Quo(n.Num(), n.Denom())
	if bytes.BitLen() > 62 {
		return 0, bad
	}
	return bytes.Int64(), nil
}
