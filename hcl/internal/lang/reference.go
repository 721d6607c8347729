package lang

import "github.com/zclconf/go-cty/cty"

// Reference returns the object to which a value of Scope.Eval refers, or nil if it is an ordinary
// value.
func Reference(v cty.Value) *Object { return asRef(v) }
