package planexpr

import (
	"math/big"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// typeName names the type of a value as a reader of the manifest would.
func typeName(t cty.Type) string {
	switch {
	case t == cty.Bool || t == cty.String || t == cty.Number:
		return t.FriendlyName()
	case t.IsTupleType() || t.IsListType():
		return "list"
	case t.IsSetType():
		return "set of " + typeName(t.ElementType())
	case t.IsMapType() || t.IsObjectType():
		return "map"
	}
	return "value of an unsupported type"
}

// Value converts a known, unmarked value to a constant of the required type (0: its own type). Lists
// of strings become sets. nil without diagnostics means unknown: the value was null. why ends the
// sentence "A number is required here, …".
func Value(v cty.Value, want manifest.Type, why string, rng hcl.Range) (*manifest.Value, hcl.Diagnostics) {
	if v.IsNull() {
		return nil, nil
	}
	out := &manifest.Value{}
	switch t := v.Type(); {
	case t == cty.Bool:
		out.Type, out.Bool = manifest.Bool, v.True()
	case t == cty.String:
		out.Type, out.Str = manifest.String, v.AsString()
	case t == cty.Number:
		r := lang.Rat(v)
		if r == nil {
			return nil, hcl.Diagnostics{ruleHugeNumber.At(rng, "This number is infinite, or too large or too small for an exact value. Write a finite number with fewer digits.")}
		}
		out.Type, out.Num = manifest.Number, r
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		set, bad := stringSet(v)
		if bad != "" {
			return nil, hcl.Diagnostics{ruleTypeMismatch.At(rng, "The planner supports only sets of strings, but an element here is %s.", article(bad))}
		}
		out.Type, out.Set = manifest.StringSet, set
	default:
		return nil, hcl.Diagnostics{ruleTypeMismatch.At(rng, "This is a %s. Planning expressions support bool, string, number and set(string).", typeName(t))}
	}
	if want != 0 && out.Type != want {
		return nil, hcl.Diagnostics{mismatch(rng, need{want, why}, out.Type.String(), constHint(want, out))}
	}
	return out, nil
}

// stringSet returns the elements, sorted and unique, or the type of one that isn't a string.
func stringSet(v cty.Value) (set []string, bad string) {
	set = []string{}
	seen := map[string]bool{}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.IsNull() {
			return nil, "null"
		}
		if e.Type() != cty.String {
			return nil, typeName(e.Type())
		}
		if s := e.AsString(); !seen[s] {
			seen[s] = true
			set = append(set, s)
		}
	}
	sort.Strings(set)
	return set, ""
}

func constHint(want manifest.Type, v *manifest.Value) string {
	switch {
	case v.Type == manifest.String && want == manifest.Number:
		if _, ok := new(big.Rat).SetString(v.Str); ok && len(v.Str) < 40 {
			return " Write the number without quotes."
		}
	case v.Type == manifest.String && want == manifest.Bool && (v.Str == "true" || v.Str == "false"):
		return " Write " + v.Str + " without quotes."
	case want == manifest.String && (v.Type == manifest.Number || v.Type == manifest.Bool):
		return " If you meant a string, put it in quotes."
	case v.Type == manifest.String && want == manifest.StringSet:
		return " Write a list: [\"…\"]."
	}
	return ""
}

func article(s string) string {
	if s == "null" {
		return s
	}
	return "a " + s
}

func mismatch(rng hcl.Range, want need, got, hint string) *hcl.Diagnostic {
	why := ","
	if want.why != "" {
		why = ", " + want.why + ","
	}
	return ruleTypeMismatch.At(rng, "A %s is required here%s but this is a %s.%s", want.t, why, got, hint)
}
