package lang

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func stringPred(second string, f func(a, b string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: second, Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

func startsWithFunc() function.Function  { return stringPred("prefix", strings.HasPrefix) }
func endsWithFunc() function.Function    { return stringPred("suffix", strings.HasSuffix) }
func strContainsFunc() function.Function { return stringPred("substr", strings.Contains) }

// replaceFunc treats /…/ as a regular expression, as Terraform does.
func replaceFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: "substr", Type: cty.String}, {Name: "replace", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			str, sub, repl := args[0].AsString(), args[1].AsString(), args[2].AsString()
			if len(sub) > 1 && sub[0] == '/' && sub[len(sub)-1] == '/' {
				re, err := regexp.Compile(sub[1 : len(sub)-1])
				if err != nil {
					return cty.UnknownVal(cty.String), function.NewArgError(1, err)
				}
				return cty.StringVal(re.ReplaceAllString(str, repl)), nil
			}
			return cty.StringVal(strings.ReplaceAll(str, sub, repl)), nil
		},
	})
}

// powFunc is pow with a bounded result: numbers are exact, and written out in full.
func powFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "num", Type: cty.Number}, {Name: "power", Type: cty.Number}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, err := stdlib.Pow(args[0], args[1])
			if err == nil && Rat(v) == nil {
				return cty.UnknownVal(cty.Number), errors.New("the result is too large")
			}
			return v, err
		},
	})
}

// lengthFunc counts elements, or the characters of a string.
func lengthFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true, AllowMarked: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			ty := args[0].Type()
			if ty == cty.String || ty == cty.DynamicPseudoType || ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType() {
				return cty.Number, nil
			}
			return cty.Number, errors.New("argument must be a string, a collection type, or a structural type")
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, marks := args[0].Unmark()
			ty := v.Type()
			switch {
			case ty == cty.DynamicPseudoType || !v.IsKnown() && !ty.IsTupleType() && !ty.IsObjectType():
				return cty.UnknownVal(cty.Number).WithMarks(marks), nil
			case ty.IsTupleType():
				return cty.NumberIntVal(int64(len(ty.TupleElementTypes()))).WithMarks(marks), nil
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithMarks(marks), nil
			case ty == cty.String:
				n, err := stdlib.Strlen(v)
				return n.WithMarks(marks), err
			}
			return v.Length().WithMarks(marks), nil
		},
	})
}

// lookupFunc is lookup with an optional default.
func lookupFunc() function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "map", Type: cty.DynamicPseudoType}, {Name: "key", Type: cty.String}},
		VarParam: &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowNull: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			if ty := args[0].Type(); !ty.IsMapType() && !ty.IsObjectType() {
				return cty.NilType, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
			}
			v, err := lookup(args)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return lookup(args) },
	})
}

func lookup(args []cty.Value) (cty.Value, error) {
	if !args[1].IsKnown() || !args[0].IsKnown() {
		return cty.DynamicVal, nil
	}
	key := args[1].AsString()
	if args[0].Type().IsObjectType() {
		if args[0].Type().HasAttribute(key) {
			return args[0].GetAttr(key), nil
		}
	} else if args[0].HasIndex(args[1]).True() {
		return args[0].Index(args[1]), nil
	}
	if len(args) == 3 {
		return args[2], nil
	}
	return cty.DynamicVal, fmt.Errorf("the map has no key %q, and there is no default", key)
}

// elements of any list-like value.
func elements(v cty.Value) ([]cty.Value, error) {
	if ty := v.Type(); !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType() {
		return nil, function.NewArgErrorf(0, "a list, tuple or set is required")
	}
	return v.AsValueSlice(), nil
}

func listFunc(ret cty.Type, f func([]cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(ret),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			es, err := elements(args[0])
			if err != nil {
				return cty.UnknownVal(ret), err
			}
			for _, e := range es {
				if !e.IsKnown() {
					return cty.UnknownVal(ret), nil
				}
			}
			return f(es)
		},
	})
}

func allTrueFunc() function.Function { return quantifier(false) }
func anyTrueFunc() function.Function { return quantifier(true) }

// quantifier finds the first element that decides.
func quantifier(decides bool) function.Function {
	return listFunc(cty.Bool, func(es []cty.Value) (cty.Value, error) {
		for _, e := range es {
			b, err := convert.Convert(e, cty.Bool)
			if err != nil {
				return cty.UnknownVal(cty.Bool), function.NewArgErrorf(0, "every element must be true or false")
			}
			if !b.IsNull() && b.True() == decides || b.IsNull() && !decides {
				return cty.BoolVal(decides), nil
			}
		}
		return cty.BoolVal(!decides), nil
	})
}

func sumFunc() function.Function {
	return listFunc(cty.Number, func(es []cty.Value) (cty.Value, error) {
		if len(es) == 0 {
			return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "the list is empty")
		}
		total := cty.Zero
		for _, e := range es {
			n, err := convert.Convert(e, cty.Number)
			if err != nil || n.IsNull() {
				return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "every element must be a number")
			}
			total = total.Add(n)
		}
		return total, nil
	})
}

// indexFunc finds the position of a value in a list.
func indexFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			es, err := elements(args[0])
			if err != nil {
				return cty.UnknownVal(cty.Number), err
			}
			for i, e := range es {
				if eq, err := stdlib.Equal(e, args[1]); err == nil && eq.IsKnown() && eq.True() {
					return cty.NumberIntVal(int64(i)), nil
				}
			}
			return cty.UnknownVal(cty.Number), errors.New("item not found")
		},
	})
}

// oneFunc is the only element of a list, or null of an empty one.
func oneFunc() function.Function {
	pick := func(args []cty.Value) (cty.Value, error) {
		es, err := elements(args[0])
		switch {
		case err != nil:
			return cty.DynamicVal, err
		case len(es) == 0:
			return cty.NullVal(cty.DynamicPseudoType), nil
		case len(es) > 1:
			return cty.DynamicVal, function.NewArgErrorf(0, "must have at most one element, not %d", len(es))
		}
		return es[0], nil
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := pick(args)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return pick(args) },
	})
}

func matchKeysFunc() function.Function {
	list := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: list}, {Name: "keys", Type: list}, {Name: "searchset", Type: list}},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			if args[0].LengthInt() != args[1].LengthInt() {
				return cty.UnknownVal(ret), errors.New("length of keys and values should be equal")
			}
			vals, keys := args[0].AsValueSlice(), args[1].AsValueSlice()
			var out []cty.Value
			for i, k := range keys {
				for _, s := range args[2].AsValueSlice() {
					if eq, err := stdlib.Equal(k, s); err == nil && eq.IsKnown() && eq.True() {
						out = append(out, vals[i])
						break
					}
				}
			}
			if len(out) == 0 {
				return cty.ListValEmpty(ret.ElementType()), nil
			}
			return cty.ListVal(out), nil
		},
	})
}

// transposeFunc swaps keys and values of a map of lists of strings.
func transposeFunc() function.Function {
	ty := cty.Map(cty.List(cty.String))
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: ty}},
		Type:   function.StaticReturnType(ty),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			lists := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				k, l := it.Element()
				if !l.IsKnown() || l.IsNull() {
					return cty.UnknownVal(ty), function.NewArgErrorf(0, "a list is null")
				}
				for _, e := range l.AsValueSlice() {
					if !e.IsKnown() || e.IsNull() {
						return cty.UnknownVal(ty), function.NewArgErrorf(0, "an element is null")
					}
					lists[e.AsString()] = append(lists[e.AsString()], k)
				}
			}
			if len(lists) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			out := map[string]cty.Value{}
			for k, l := range lists {
				out[k] = cty.ListVal(l)
			}
			return cty.MapVal(out), nil
		},
	})
}

func timeCmpFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "a", Type: cty.String}, {Name: "b", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var ts [2]time.Time
			for i, a := range args {
				t, err := time.Parse(time.RFC3339, a.AsString())
				if err != nil {
					return cty.UnknownVal(cty.Number), function.NewArgErrorf(i, "not an RFC 3339 timestamp")
				}
				ts[i] = t
			}
			return cty.NumberIntVal(int64(ts[0].Compare(ts[1]))), nil
		},
	})
}

// sensitiveFunc adds or removes the mark of sensitive variables.
func sensitiveFunc(add bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if add {
				return args[0].Mark(sensitiveMark{}), nil
			}
			v, marks := args[0].Unmark()
			delete(marks, sensitiveMark{})
			return v.WithMarks(marks), nil
		},
	})
}

func isSensitiveFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(args[0].HasMark(sensitiveMark{})), nil
		},
	})
}
