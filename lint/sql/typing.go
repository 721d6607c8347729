package sql

import (
	"strconv"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// value resolves an expression and returns its type, anyType if it isn't known. It reports operators and
// functions that don't exist for the types of their arguments.
func (r *resolver) value(n *pg.Node, in *scope) typ {
	r.expr(n, in)
	return r.typ(n, in)
}

// typ is the type of an expression whose names were resolved.
func (r *resolver) typ(n *pg.Node, in *scope) typ {
	switch n := n.GetNode().(type) {
	case nil:
	case *pg.Node_AConst:
		return constType(n.AConst)
	case *pg.Node_ColumnRef:
		return r.refType(n.ColumnRef, in)
	case *pg.Node_ParamRef:
		return r.paramType(int(n.ParamRef.Number))
	case *pg.Node_TypeCast:
		return r.castType(n.TypeCast, in)
	case *pg.Node_FuncCall:
		return r.callType(n.FuncCall, in)
	case *pg.Node_AExpr:
		return r.operation(n.AExpr, in)
	case *pg.Node_BoolExpr:
		for _, a := range n.BoolExpr.Args {
			r.condition(a, in, map[pg.BoolExprType]string{pg.BoolExprType_AND_EXPR: "AND", pg.BoolExprType_OR_EXPR: "OR", pg.BoolExprType_NOT_EXPR: "NOT"}[n.BoolExpr.Boolop])
		}
		return "bool"
	case *pg.Node_NullTest:
		r.typ(n.NullTest.Arg, in)
		return "bool"
	case *pg.Node_BooleanTest:
		r.condition(n.BooleanTest.Arg, in, "IS")
		return "bool"
	case *pg.Node_CaseExpr:
		return r.caseType(n.CaseExpr, in)
	case *pg.Node_CoalesceExpr:
		return r.commonType("COALESCE", n.CoalesceExpr.Args, n.CoalesceExpr.Location, in)
	case *pg.Node_MinMaxExpr:
		return r.commonType("GREATEST or LEAST", n.MinMaxExpr.Args, n.MinMaxExpr.Location, in)
	case *pg.Node_SubLink:
		return r.subType(n.SubLink, in)
	case *pg.Node_SqlvalueFunction:
		return r.sqlValue(n.SqlvalueFunction)
	case *pg.Node_AArrayExpr:
		return r.arrayType(n.AArrayExpr, in)
	case *pg.Node_AIndirection:
		return r.partType(n.AIndirection, in)
	case *pg.Node_CollateClause:
		return r.typ(n.CollateClause.Arg, in)
	case *pg.Node_RowExpr:
		for _, a := range n.RowExpr.Args {
			r.typ(a, in)
		}
		return "record"
	case *pg.Node_NamedArgExpr:
		return r.typ(n.NamedArgExpr.Arg, in)
	}
	return anyType
}

func constType(c *pg.A_Const) typ {
	switch v := c.Val.(type) {
	case *pg.A_Const_Ival:
		return "int4"
	case *pg.A_Const_Fval:
		if _, err := strconv.ParseInt(v.Fval.GetFval(), 10, 64); err == nil {
			return "int8"
		}
		return "numeric"
	case *pg.A_Const_Boolval:
		return "bool"
	case *pg.A_Const_Bsval:
		return "bit"
	}
	return literal
}

// refType is the type of a column.
func (r *resolver) refType(ref *pg.ColumnRef, in *scope) typ {
	var names []string
	for _, f := range ref.Fields {
		names = append(names, f.GetString_().GetSval())
	}
	if len(names) > 2 || names[len(names)-1] == "" {
		return anyType
	}
	column := names[len(names)-1]
	for s := in; s != nil; s = s.parent {
		if len(names) == 1 && s.aliases[column] {
			return anyType
		}
		found, t := 0, anyType
		for _, src := range s.sources {
			if len(names) == 2 && src.name != names[0] {
				continue
			}
			if src.open {
				return anyType
			}
			if x, has := src.typeOf(column); has {
				if found++; found > 1 && x != t {
					return anyType
				}
				t = x
			}
		}
		if found > 0 {
			return t
		}
	}
	return anyType
}

// typeOf is the type of a source's column.
func (s *source) typeOf(column string) (t typ, has bool) {
	for i, c := range s.columns {
		if c == column {
			if i < len(s.types) {
				return s.types[i], true
			}
			return anyType, true
		}
	}
	return anyType, false
}

func (r *resolver) paramType(n int) typ {
	if n < 1 || n > len(r.paramTypes) {
		return anyType
	}
	return r.paramTypes[n-1]
}

func (r *resolver) castType(n *pg.TypeCast, in *scope) typ {
	from, want := r.typ(n.Arg, in), r.c.typeName(n.TypeName)
	if want == anyType {
		return anyType
	}
	if k := n.Arg.GetAConst(); k != nil && from == literal {
		r.literalFor(k, want, typmod(n.TypeName), n.Location)
		return want
	}
	if !r.c.coercible(from, want, explicit) {
		r.mismatch(n.Location, "cast "+from+want, "%s casts %s to %s, for which there is no conversion.", upperFirst(r.of), readable(from), readable(want))
		return want
	}
	r.converts(from, want, explicit, n.Location)
	return want
}

// condition reports an expression that isn't boolean where one is needed.
func (r *resolver) condition(n *pg.Node, in *scope, what string) {
	if n == nil {
		return
	}
	t := r.typ(n, in)
	if !r.c.coercible(t, "bool", assignment) {
		r.mismatch(position32(n), "condition "+what+t, "%s has %s where %s needs a condition (boolean).", upperFirst(r.of), readable(t), what)
	}
}

func (r *resolver) caseType(n *pg.CaseExpr, in *scope) typ {
	subject := r.typ(n.Arg, in)
	var results []*pg.Node
	for _, w := range n.Args {
		when := w.GetCaseWhen()
		if n.Arg == nil {
			r.condition(when.GetExpr(), in, "WHEN")
		} else {
			r.operatorType("=", subject, r.typ(when.GetExpr(), in), when.GetLocation())
		}
		results = append(results, when.GetResult())
	}
	if n.Defresult != nil {
		results = append(results, n.Defresult)
	}
	return r.commonType("CASE", results, n.Location, in)
}

func (r *resolver) commonType(what string, list []*pg.Node, location int32, in *scope) typ {
	types := make([]typ, len(list))
	for i, n := range list {
		types[i] = r.typ(n, in)
	}
	t, ok := r.c.common(types)
	if !ok {
		r.mismatch(location, what+readables(types), "%s has a %s of types that don't go together: %s.", upperFirst(r.of), what, readables(types))
		return anyType
	}
	for _, x := range types {
		r.converts(x, t, implicit, location)
	}
	if t == literal {
		return "text"
	}
	return t
}

func (r *resolver) subType(n *pg.SubLink, in *scope) typ {
	switch n.SubLinkType {
	case pg.SubLinkType_EXPR_SUBLINK, pg.SubLinkType_ARRAY_SUBLINK:
		out := r.outputs[n.Subselect.GetSelectStmt()]
		if out == nil || len(out.outputs) != 1 || out.outputs[0] == anyType {
			return anyType
		}
		t := out.outputs[0]
		if t == literal {
			t = "text"
		}
		if n.SubLinkType == pg.SubLinkType_ARRAY_SUBLINK {
			if element(t) != "" {
				return t
			}
			return "_" + t
		}
		return t
	case pg.SubLinkType_EXISTS_SUBLINK:
		return "bool"
	case pg.SubLinkType_ANY_SUBLINK, pg.SubLinkType_ALL_SUBLINK:
		left := r.typ(n.Testexpr, in)
		op := "="
		if len(n.OperName) > 0 {
			op = lastName(n.OperName)
		}
		if out := r.outputs[n.Subselect.GetSelectStmt()]; out != nil && len(out.outputs) == 1 && left != "record" {
			right := out.outputs[0]
			if right == literal {
				right = "text"
			}
			r.operatorType(op, left, right, n.Location)
		}
		return "bool"
	}
	return anyType
}

func lastName(names []*pg.Node) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1].GetString_().GetSval()
}

// sqlValue is the type of CURRENT_TIMESTAMP and the like, none of which is immutable.
func (r *resolver) sqlValue(n *pg.SQLValueFunction) typ {
	name, t := "CURRENT_USER", "name"
	switch n.Op {
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_DATE:
		name, t = "CURRENT_DATE", "date"
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME, pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:
		name, t = "CURRENT_TIME", "timetz"
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP, pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N:
		name, t = "CURRENT_TIMESTAMP", "timestamptz"
	case pg.SQLValueFunctionOp_SVFOP_LOCALTIME, pg.SQLValueFunctionOp_SVFOP_LOCALTIME_N:
		name, t = "LOCALTIME", "time"
	case pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP, pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:
		name, t = "LOCALTIMESTAMP", "timestamp"
	}
	r.impure(name, 's', n.Location)
	return t
}

func (r *resolver) arrayType(n *pg.A_ArrayExpr, in *scope) typ {
	if len(n.Elements) == 0 {
		return literal // it needs a cast
	}
	t := r.commonType("ARRAY", n.Elements, n.Location, in)
	switch {
	case t == anyType || t == "record":
		return anyType
	case element(t) != "":
		return t
	}
	return "_" + t
}

// partType is the type of an element of an array; of other parts it isn't known.
func (r *resolver) partType(n *pg.A_Indirection, in *scope) typ {
	t := r.typ(n.Arg, in)
	for _, i := range n.Indirection {
		x := i.GetAIndices()
		if x == nil {
			return anyType
		}
		r.typ(x.Lidx, in)
		r.typ(x.Uidx, in)
		if t == "jsonb" {
			continue
		}
		if x.IsSlice {
			continue
		}
		t = element(t)
	}
	if len(n.Indirection) > 1 {
		return anyType // of several dimensions
	}
	return t
}

// mismatch reports types that don't fit, once, unless SQL that isn't followed may make them fit.
func (r *resolver) mismatch(location int32, key, format string, args ...any) {
	if r.c.words.openOperators || !r.once("type "+key+strconv.Itoa(int(location))) {
		return
	}
	r.c.report(ruleTypes.At(r.place(location), format, args...))
}

// position32 is where an expression begins, as far as it is known.
func position32(n *pg.Node) int32 {
	switch n := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return n.ColumnRef.Location
	case *pg.Node_AConst:
		return n.AConst.Location
	case *pg.Node_FuncCall:
		return n.FuncCall.Location
	case *pg.Node_AExpr:
		return n.AExpr.Location
	case *pg.Node_TypeCast:
		return n.TypeCast.Location
	case *pg.Node_ParamRef:
		return n.ParamRef.Location
	}
	return -1
}
