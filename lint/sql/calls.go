package sql

import (
	"slices"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// operation is the type of an operator's result.
func (r *resolver) operation(n *pg.A_Expr, in *scope) typ {
	name := lastName(n.Name)
	switch n.Kind {
	case pg.A_Expr_Kind_AEXPR_OP, pg.A_Expr_Kind_AEXPR_LIKE, pg.A_Expr_Kind_AEXPR_ILIKE, pg.A_Expr_Kind_AEXPR_SIMILAR:
		if n.Lexpr == nil {
			return r.prefixType(name, r.typ(n.Rexpr, in), n.Location)
		}
		return r.binary(name, n, in)
	case pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		r.binary("=", n, in)
		return "bool"
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		left := r.typ(n.Lexpr, in)
		r.operatorType("=", left, r.typ(n.Rexpr, in), n.Location)
		return left
	case pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL:
		left, right := r.typ(n.Lexpr, in), r.typ(n.Rexpr, in)
		switch e := element(right); {
		case right == anyType || right == literal:
		case e == "":
			r.mismatch(n.Location, "any "+right, "%s compares with ANY or ALL of %s, which is no array.", upperFirst(r.of), readable(right))
		default:
			r.operatorType(name, left, e, n.Location)
		}
		return "bool"
	case pg.A_Expr_Kind_AEXPR_IN:
		left := r.typ(n.Lexpr, in)
		for _, x := range n.Rexpr.GetList().GetItems() {
			r.pair("=", left, x, n.Location, in)
		}
		return "bool"
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN, pg.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		left := r.typ(n.Lexpr, in)
		for i, x := range n.Rexpr.GetList().GetItems() {
			r.pair([]string{">=", "<="}[i%2], left, x, n.Location, in)
		}
		return "bool"
	}
	return anyType
}

// binary checks an operator and the literals beside it.
func (r *resolver) binary(name string, n *pg.A_Expr, in *scope) typ {
	if n.Lexpr.GetRowExpr() != nil || n.Rexpr.GetRowExpr() != nil {
		r.typ(n.Lexpr, in)
		r.typ(n.Rexpr, in)
		return "bool"
	}
	left := r.typ(n.Lexpr, in)
	if k := n.Lexpr.GetAConst(); k != nil && left == literal {
		right := r.typ(n.Rexpr, in)
		return r.operator(name, left, right, n.Location, k, nil)
	}
	return r.pair(name, left, n.Rexpr, n.Location, in)
}

func (r *resolver) pair(name string, left typ, right *pg.Node, location int32, in *scope) typ {
	if right.GetRowExpr() != nil || left == "record" {
		r.typ(right, in)
		return anyType
	}
	t := r.typ(right, in)
	k := right.GetAConst()
	if t != literal {
		k = nil
	}
	return r.operator(name, left, t, location, nil, k)
}

func (r *resolver) operatorType(name string, left, right typ, location int32) typ {
	return r.operator(name, left, right, location, nil, nil)
}

func (r *resolver) prefixType(name string, right typ, location int32) typ {
	if right == "numeric" || right == "int4" {
		return right // of numbers in SQL
	}
	return r.operator(name, noOperand, right, location, nil, nil)
}

// noOperand stands for the left operand of a prefix operator.
const noOperand = "none"

// operator finds an operator by the types of its operands, and checks the literals that are converted to
// its types.
func (r *resolver) operator(name string, left, right typ, location int32, leftText, rightText *pg.A_Const) typ {
	given := []typ{left, right}
	if left == noOperand {
		given = given[1:]
	}
	var all []candidate
	for _, o := range catalogue.Operators(name) {
		if !r.c.provides(o.Extension) || (o.Left == "") != (left == noOperand) {
			continue
		}
		args := []typ{o.Left, o.Right}
		if left == noOperand {
			args = args[1:]
		}
		all = append(all, candidate{args: args, result: o.Result, volatility: o.Volatility})
	}
	fits := r.c.viable(all, given)
	if len(fits) == 0 {
		if !slices.Contains(given, anyType) {
			r.noOperator(name, all, given, location)
		}
		return anyType
	}
	chosen := r.exactOperator(fits, given)
	if chosen == nil {
		chosen = r.c.choose(fits, given)
	}
	if len(chosen) == 1 && left != noOperand {
		for i, k := range []*pg.A_Const{leftText, rightText} {
			if k != nil {
				r.literalFor(k, r.polymorphic(chosen[0].args[i], chosen[0], given), nil, k.Location)
			}
		}
	}
	return r.outcome(chosen, given, "the operator "+name, location)
}

// exactOperator takes a literal for the type of the other operand, as the server does first.
func (r *resolver) exactOperator(fits []candidate, given []typ) []candidate {
	if len(given) != 2 || (given[0] == literal) == (given[1] == literal) || slices.Contains(given, anyType) {
		return nil
	}
	other := given[0]
	if other == literal {
		other = given[1]
	}
	for _, t := range []typ{other, base(other)} {
		for _, k := range fits {
			if k.args[0] == t && k.args[1] == t {
				return []candidate{k}
			}
		}
	}
	return nil
}

func (r *resolver) noOperator(name string, all []candidate, given []typ, location int32) {
	what := readables(given)
	if len(given) == 2 {
		what = readable(given[0]) + " " + name + " " + readable(given[1])
	} else {
		what = name + " " + what
	}
	hint := ""
	if len(all) == 0 && !slices.Contains(given, literal) && distanceOps[name] != "" {
		hint = " It is one of the extension vector."
	} else if len(given) == 2 && (r.c.coercible(given[0], given[1], explicit) || r.c.coercible(given[1], given[0], explicit)) {
		hint = " Cast one of the two to the other's type."
	}
	r.mismatch(location, "operator "+what, "%s uses %s, for which there is no operator.%s", upperFirst(r.of), what, hint)
}

// outcome is the type that the chosen candidates have together, and notes what isn't immutable.
func (r *resolver) outcome(chosen []candidate, given []typ, what string, location int32) typ {
	if len(chosen) == 0 {
		return anyType
	}
	worst, agreed := chosen[0].volatility, true
	t := r.polymorphic(chosen[0].result, chosen[0], given)
	for _, k := range chosen[1:] {
		agreed = agreed && k.volatility == worst
		if r.polymorphic(k.result, k, given) != t {
			t = anyType
		}
	}
	switch {
	case worst == 0 || worst == catalogue.Inlined || !agreed: // not known
		r.concatenates(chosen, given, what, location)
	case worst != catalogue.Immutable:
		r.impure(what, worst, location)
	}
	if len(chosen) == 1 {
		for i, g := range given {
			if want := chosen[0].args[i]; want != g {
				if _, is := r.c.pseudo(g, want); !is {
					r.converts(g, want, implicit, location)
				}
			}
		}
	}
	return t
}

// polymorphic replaces anyelement and its like by what the arguments make it.
func (r *resolver) polymorphic(t typ, k candidate, given []typ) typ {
	array := false
	switch t {
	case "anyelement", "anynonarray", "anyenum":
	case "anyarray":
		array = true
	case "anyrange", "anymultirange":
		for i, want := range k.args {
			if want == t && given[i] != literal {
				return given[i]
			}
		}
		return anyType
	case "any", "anycompatible", "anycompatiblearray", "anycompatiblenonarray", "anycompatiblerange", "anycompatiblemultirange", "record", "internal":
		return anyType
	default:
		return t
	}
	for i, want := range k.args {
		g := given[i]
		if g == anyType || g == literal {
			continue
		}
		switch want {
		case "anyelement", "anynonarray", "anyenum":
			if array {
				return "_" + g
			}
			return g
		case "anyarray":
			if array {
				return g
			}
			return element(g)
		}
	}
	return anyType
}

// signatures are the functions of a name that take n arguments, and those of any number.
func (r *resolver) signatures(name string, schema string, n int) (fit, all []candidate) {
	add := func(args []typ, defaults int, variadic typ, k candidate) {
		whole := k
		whole.args = args
		all = append(all, whole)
		switch {
		case variadic != "" && n >= len(args)-1:
			k.args = slices.Clone(args[:len(args)-1])
			for len(k.args) < n {
				k.args = append(k.args, variadic)
			}
		case n <= len(args) && n >= len(args)-defaults:
			k.args = args[:n]
		default:
			return
		}
		fit = append(fit, k)
	}
	if schema == "" || schema == "pg_catalog" || schema == "public" {
		for _, f := range catalogue.Functions(name) {
			if r.c.provides(f.Extension) && f.Kind != 'p' {
				add(f.Args, f.Defaults, f.Variadic, candidate{result: f.Result, set: f.Set, kind: f.Kind, volatility: f.Volatility})
			}
		}
	}
	for _, f := range r.c.db.Functions {
		if f.Name == name && schema != "pg_catalog" {
			k := candidate{kind: 'f', result: r.c.resultType(f), volatility: declared(f)}
			args := make([]typ, len(f.Args))
			for i, a := range f.Args {
				args[i] = r.c.argumentType(f, a)
			}
			add(args, 0, "", k)
		}
	}
	return fit, all
}

// declared is the volatility that counts: the server may see through a function in SQL.
func declared(f *manifest.Function) byte {
	switch {
	case f.Volatility == "immutable":
		return catalogue.Immutable
	case f.Language == "sql":
		return 0
	case f.Volatility == "stable":
		return catalogue.Stable
	}
	return catalogue.Volatile
}

func (c *checker) argumentType(f *manifest.Function, a manifest.KeyValue) typ {
	frag := c.functionArg(f, a)
	if frag.fail != nil || len(frag.params) != 1 {
		return anyType
	}
	return c.typeName(frag.params[0].GetFunctionParameter().GetArgType())
}

func (c *checker) resultType(f *manifest.Function) typ {
	frag := c.functionReturns(f)
	if frag.fail != nil || len(frag.params) > 0 {
		return anyType
	}
	return c.typeName(frag.returns)
}

// callType is the type of a function's result.
func (r *resolver) callType(n *pg.FuncCall, in *scope) typ {
	var given []typ
	named := n.FuncVariadic
	for _, a := range n.Args {
		given = append(given, r.typ(a, in))
		named = named || a.GetNamedArgExpr() != nil
	}
	if n.AggWithinGroup {
		named = true
	}
	r.condition(n.AggFilter, in, "FILTER")
	for _, o := range n.AggOrder {
		r.typ(o.GetSortBy().GetNode(), in)
	}
	name, schema := lastName(n.Funcname), ""
	if len(n.Funcname) > 1 {
		schema = n.Funcname[0].GetString_().GetSval()
	}
	if r.c.words.otherFunctions[name] || named {
		return anyType
	}
	fit, all := r.signatures(name, schema, len(given))
	if len(all) == 0 {
		return r.conversionCall(name, given, n)
	}
	fits := r.c.viable(fit, given)
	if len(fits) == 0 {
		if len(given) == 1 && r.c.knowsType(name) && r.c.coercible(given[0], name, explicit) {
			r.converts(given[0], name, explicit, n.Location)
			return name
		}
		r.noFunction(name, fit, all, given, n)
		return anyType
	}
	chosen := r.c.choose(fits, given)
	if len(chosen) == 1 {
		for i, a := range n.Args {
			if k := a.GetAConst(); k != nil && given[i] == literal {
				r.literalFor(k, r.polymorphic(chosen[0].args[i], chosen[0], given), nil, k.Location)
			}
		}
	}
	return r.outcome(chosen, given, "the function "+name, n.Location)
}

// conversionCall is a type's name that is called like a function.
func (r *resolver) conversionCall(name string, given []typ, n *pg.FuncCall) typ {
	if len(given) != 1 || !r.c.knowsType(name) {
		return anyType
	}
	if r.c.coercible(given[0], name, explicit) {
		r.converts(given[0], name, explicit, n.Location)
	}
	return name
}

func (r *resolver) noFunction(name string, fit, all []candidate, given []typ, n *pg.FuncCall) {
	if slices.Contains(given, "record") || r.c.words.open {
		return
	}
	if len(fit) == 0 {
		r.mismatch(n.Location, "count "+name, "%s calls %s with %s, but it takes %s.", upperFirst(r.of), name, counted(len(given)), forms(name, all))
		return
	}
	if slices.Contains(given, anyType) {
		known := false // an argument that is known fits none of them
		for i, g := range given {
			known = known || g != anyType && !slices.ContainsFunc(fit, func(k candidate) bool { return r.c.coercible(g, k.args[i], implicit) })
		}
		if !known {
			return
		}
	}
	r.mismatch(n.Location, "function "+name+readables(given), "%s calls %s(%s), but there is only %s.", upperFirst(r.of), name, readables(given), forms(name, fit))
}

func counted(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "one argument"
	}
	return strconv.Itoa(n) + " arguments"
}

// forms lists a few signatures.
func forms(name string, all []candidate) string {
	var out []string
	for _, k := range all {
		form := name + "(" + readables(k.args) + ")"
		if !slices.Contains(out, form) {
			out = append(out, form)
		}
	}
	if len(out) > 4 {
		out = append(out[:4], "others")
	}
	if len(out) == 1 {
		return out[0]
	}
	return strings.Join(out[:len(out)-1], ", ") + " and " + out[len(out)-1]
}

// concatenates notes the conversions of a text || something, which is a function in SQL.
func (r *resolver) concatenates(chosen []candidate, given []typ, what string, location int32) {
	if len(chosen) != 1 || what != "the operator ||" || len(given) != 2 {
		return
	}
	for _, g := range given {
		r.converts(g, "text", explicit, location)
	}
}
