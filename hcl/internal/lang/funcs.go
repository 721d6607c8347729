package lang

import (
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are what expressions may call.
func (p *Program) functions() map[string]function.Function {
	if p.funcs == nil {
		p.funcs = map[string]function.Function{
			"can": tryfunc.CanFunc, "try": tryfunc.TryFunc,
			"concat": stdlib.ConcatFunc, "format": stdlib.FormatFunc, "join": stdlib.JoinFunc,
			"length": stdlib.LengthFunc, "merge": stdlib.MergeFunc, "upper": stdlib.UpperFunc,
		}
	}
	return p.funcs
}
