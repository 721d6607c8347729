package lang

import "github.com/zclconf/go-cty/cty"

// Reference returns the object that a value of Scope.Eval refers to, or nil
// where it is an ordinary value.
func Reference(v cty.Value) *Object { return asRef(v) }
