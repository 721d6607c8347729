package sql

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Constructors of the expected parse trees.

func str(s string) *pg.Node {
	return &pg.Node{Node: &pg.Node_String_{String_: &pg.String{Sval: s}}}
}

func strs(list ...string) []*pg.Node {
	out := make([]*pg.Node, len(list))
	for i, s := range list {
		out[i] = str(s)
	}
	return out
}

func boolean(b bool) *pg.Node {
	return &pg.Node{Node: &pg.Node_Boolean{Boolean: &pg.Boolean{Boolval: b}}}
}

func list(items ...*pg.Node) *pg.Node {
	return &pg.Node{Node: &pg.Node_List{List: &pg.List{Items: items}}}
}

func constString(s string) *pg.Node {
	return constant(&pg.A_Const{Val: &pg.A_Const_Sval{Sval: &pg.String{Sval: s}}})
}

func constant(c *pg.A_Const) *pg.Node { return &pg.Node{Node: &pg.Node_AConst{AConst: c}} }

// constNumber is a number as the parser reads it: as text if it doesn't fit 32
// bits.
func constNumber(s string) *pg.Node {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= -2147483647 && n <= 2147483647 {
		return constant(&pg.A_Const{Val: &pg.A_Const_Ival{Ival: &pg.Integer{Ival: int32(n)}}})
	}
	return constant(&pg.A_Const{Val: &pg.A_Const_Fval{Fval: &pg.Float{Fval: s}}})
}

// constWord is NULL, true or false.
func constWord(s string) *pg.Node {
	if s == "NULL" {
		return constant(&pg.A_Const{Isnull: true})
	}
	return constant(&pg.A_Const{Val: &pg.A_Const_Boolval{Boolval: &pg.Boolean{Boolval: s == "true"}}})
}

func cast(arg *pg.Node, to *pg.TypeName) *pg.Node {
	return &pg.Node{Node: &pg.Node_TypeCast{TypeCast: &pg.TypeCast{Arg: arg, TypeName: to}}}
}

func plainType(name string) *pg.TypeName { return &pg.TypeName{Names: strs(name), Typemod: -1} }

func columnRef(path ...string) *pg.Node {
	return &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: &pg.ColumnRef{Fields: strs(path...)}}}
}

func target(name string, val *pg.Node) *pg.Node {
	return &pg.Node{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Name: name, Val: val}}}
}

func option(name string, arg *pg.Node) *pg.Node {
	return &pg.Node{Node: &pg.Node_DefElem{DefElem: &pg.DefElem{Defname: name, Arg: arg, Defaction: pg.DefElemAction_DEFELEM_UNSPEC}}}
}

func indexColumn(name string) *pg.Node {
	return &pg.Node{Node: &pg.Node_IndexElem{IndexElem: &pg.IndexElem{Name: name,
		Ordering: pg.SortByDir_SORTBY_DEFAULT, NullsOrdering: pg.SortByNulls_SORTBY_NULLS_DEFAULT}}}
}

func indexColumns(names []string) []*pg.Node {
	var out []*pg.Node
	for _, n := range names {
		out = append(out, indexColumn(n))
	}
	return out
}

func role(name string) *pg.RoleSpec {
	if name == "public" {
		return &pg.RoleSpec{Roletype: pg.RoleSpecType_ROLESPEC_PUBLIC}
	}
	return &pg.RoleSpec{Roletype: pg.RoleSpecType_ROLESPEC_CSTRING, Rolename: name}
}

// path is a name with its schema, if one is written.
func path(schema, name string) []string {
	if schema == "" || schema == "public" {
		return []string{name}
	}
	return []string{schema, name}
}

func relation(schema, name string) *pg.RangeVar {
	r := &pg.RangeVar{Relname: name, Inh: true, Relpersistence: "p"}
	if p := path(schema, name); len(p) == 2 {
		r.Schemaname = p[0]
	}
	return r
}

func tableRelation(t *manifest.Table) *pg.RangeVar { return relation(t.Schema, t.Name) }

func relationNode(r *pg.RangeVar) *pg.Node {
	return &pg.Node{Node: &pg.Node_RangeVar{RangeVar: r}}
}

func constraintNode(c *pg.Constraint) *pg.Node {
	return &pg.Node{Node: &pg.Node_Constraint{Constraint: c}}
}

func selectNode(s *pg.SelectStmt) *pg.Node {
	s.LimitOption = pg.LimitOption_LIMIT_OPTION_DEFAULT
	s.Op = pg.SetOperation_SETOP_NONE
	return &pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: s}}
}

// set is a SET statement of words or texts.
func set(name string, values ...string) *pg.VariableSetStmt {
	s := &pg.VariableSetStmt{Kind: pg.VariableSetKind_VAR_SET_VALUE, Name: name}
	for _, v := range values {
		s.Args = append(s.Args, constString(strings.Trim(v, "'")))
	}
	return s
}

func setNode(s *pg.VariableSetStmt) *pg.Node {
	return &pg.Node{Node: &pg.Node_VariableSetStmt{VariableSetStmt: s}}
}
