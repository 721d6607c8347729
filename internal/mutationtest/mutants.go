package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A mutant is one fault that can be put into a source file: the text between two offsets is replaced.
type mutant struct {
	id       int // from 1; of what isn't sampled 0
	pkg      string
	file     string // path in the module
	line     int
	source   string // the line, trimmed
	what     string // the fault: "< becomes <="
	from, to int    // offsets of what is replaced
	pieces   []piece
}

// piece is a part of the replacement: a text, with $N for the mutant's number, or the source between
// two offsets, which may contain mutants itself.
type piece struct {
	text     string
	from, to int
}

// negated are the comparisons that become their opposite, bounded those whose bound is moved by one,
// and calculated the operators that become another one.
var (
	negated    = map[token.Token]string{token.EQL: "!=", token.NEQ: "=="}
	bounded    = map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}
	joined     = map[token.Token]string{token.LAND: "||", token.LOR: "&&"}
	calculated = map[token.Token]string{token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*", token.REM: "*"}
	assigned   = map[token.Token]string{token.ADD_ASSIGN: "-=", token.SUB_ASSIGN: "+=", token.MUL_ASSIGN: "/=", token.QUO_ASSIGN: "*="}
)

// finder collects the mutants of a file.
type finder struct {
	pkg     *packages.Package
	path    string
	source  []byte
	file    *token.File
	results []*ast.FuncType // of the functions around a node
	mutants []*mutant
}

// find lists the mutants of a package by file and place.
func find(p *packages.Package, root string, read func(string) ([]byte, error)) ([]*mutant, error) {
	var all []*mutant
	for i, f := range p.Syntax {
		name := p.CompiledGoFiles[i]
		path, err := filepath.Rel(root, name)
		if err != nil || strings.HasPrefix(path, "..") {
			continue // made by cgo
		}
		src, err := read(name)
		if err != nil {
			return nil, err
		}
		x := &finder{pkg: p, path: filepath.ToSlash(path), source: src, file: p.Fset.File(f.Pos())}
		for _, d := range f.Decls {
			x.walk(d)
		}
		all = append(all, x.mutants...)
	}
	slices.SortStableFunc(all, func(a, b *mutant) int {
		if c := strings.Compare(a.file, b.file); c != 0 {
			return c
		}
		return a.from - b.from
	})
	return all, nil
}

// walk looks at a node and all below it.
func (x *finder) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				x.function(n.Type, n.Body)
			}
			return false
		case *ast.FuncLit:
			x.function(n.Type, n.Body)
			return false
		case *ast.GenDecl:
			return n.Tok == token.VAR // constants and types stay
		case *ast.BinaryExpr:
			x.binary(n)
		case *ast.IfStmt:
			x.condition(n.Cond)
		case *ast.BlockStmt:
			x.statements(n.List)
		case *ast.CaseClause:
			x.statements(n.Body)
		case *ast.CommClause:
			x.statements(n.Body)
		}
		return true
	})
}

func (x *finder) function(t *ast.FuncType, body *ast.BlockStmt) {
	x.results = append(x.results, t)
	x.walk(body)
	x.results = x.results[:len(x.results)-1]
}

func (x *finder) offset(p token.Pos) int { return x.file.Offset(p) }

func (x *finder) part(n ast.Node) piece { return piece{from: x.offset(n.Pos()), to: x.offset(n.End())} }

func text(s string) piece { return piece{text: s} }

func (x *finder) add(n ast.Node, at token.Pos, what string, pieces ...piece) {
	line := x.file.Line(at)
	begin := x.offset(x.file.LineStart(line))
	end := len(x.source)
	if i := strings.IndexByte(string(x.source[begin:]), '\n'); i >= 0 {
		end = begin + i
	}
	x.mutants = append(x.mutants, &mutant{pkg: x.pkg.PkgPath, file: x.path, line: line, what: what, pieces: pieces,
		source: strings.TrimSpace(string(x.source[begin:end])), from: x.offset(n.Pos()), to: x.offset(n.End())})
}

// info is the kind of value of an expression, unless it is constant.
func (x *finder) info(e ast.Expr) (types.BasicInfo, bool) {
	tv, ok := x.pkg.TypesInfo.Types[e]
	if !ok || tv.Value != nil || tv.Type == nil {
		return 0, false
	}
	b, ok := tv.Type.Underlying().(*types.Basic)
	if !ok {
		return 0, false
	}
	return b.Info(), true
}

// isBool reports whether an expression is of type bool and not constant.
func (x *finder) isBool(e ast.Expr) bool {
	tv, ok := x.pkg.TypesInfo.Types[e]
	if !ok || tv.Value != nil {
		return false
	}
	b, ok := tv.Type.(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func (x *finder) binary(e *ast.BinaryExpr) {
	a, b := x.part(e.X), x.part(e.Y)
	either := func(op string) {
		x.add(e, e.OpPos, e.Op.String()+" becomes "+op,
			text("(mutantIs($N) && (("), a, text(") "+op+" ("), b, text(")) || !mutantIs($N) && (("), a, text(") "+e.Op.String()+" ("), b, text(")))"))
	}
	switch {
	case negated[e.Op] != "" && x.isBool(e):
		x.add(e, e.OpPos, e.Op.String()+" becomes "+negated[e.Op], text("((("), a, text(") "+e.Op.String()+" ("), b, text(")) != mutantIs($N))"))
	case bounded[e.Op] != "" && x.isBool(e):
		either(bounded[e.Op])
	case joined[e.Op] != "" && x.isBool(e):
		either(joined[e.Op])
	case calculated[e.Op] != "":
		if info, ok := x.info(e); ok && info&types.IsNumeric != 0 && info&types.IsUntyped == 0 && (e.Op != token.REM || info&types.IsInteger != 0) {
			name := map[token.Token]string{token.ADD: "Add", token.SUB: "Sub", token.MUL: "Mul", token.QUO: "Quo", token.REM: "Rem"}[e.Op]
			x.add(e, e.OpPos, e.Op.String()+" becomes "+calculated[e.Op], text("mutant"+name+"($N, "), a, text(", "), b, text(")"))
		}
	}
}

// condition negates the condition of an if, unless it is a comparison, which has its own mutant.
func (x *finder) condition(e ast.Expr) {
	if b, ok := e.(*ast.BinaryExpr); ok && negated[b.Op] != "" || !x.isBool(e) {
		return
	}
	x.add(e, e.Pos(), "the condition is negated", text("(("), x.part(e), text(") != mutantIs($N))"))
}

func (x *finder) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ReturnStmt:
			x.returned(s)
		case *ast.IncDecStmt:
			other := map[token.Token]string{token.INC: "--", token.DEC: "++"}[s.Tok]
			x.add(s, s.Pos(), s.Tok.String()+" becomes "+other, text("if mutantIs($N) { "), x.part(s.X), text(other+" } else { "), x.part(s.X), text(s.Tok.String()+" }"))
		case *ast.ExprStmt:
			if c, ok := s.X.(*ast.CallExpr); ok {
				if f, ok := c.Fun.(*ast.Ident); ok && f.Name == "panic" {
					continue
				}
			}
			x.dropped(s)
		case *ast.AssignStmt:
			other := assigned[s.Tok]
			info, ok := x.info(s.Lhs[0])
			switch {
			case s.Tok == token.DEFINE:
			case other != "" && ok && info&types.IsNumeric != 0:
				x.add(s, s.TokPos, s.Tok.String()+" becomes "+other, text("if mutantIs($N) { "), x.part(s.Lhs[0]), text(" "+other+" "), x.part(s.Rhs[0]),
					text(" } else { "), x.part(s.Lhs[0]), text(" "+s.Tok.String()+" "), x.part(s.Rhs[0]), text(" }"))
			default:
				if id, ok := s.Lhs[0].(*ast.Ident); ok && id.Name == "_" {
					continue
				}
				x.dropped(s)
			}
		}
	}
}

func (x *finder) dropped(s ast.Stmt) {
	x.add(s, s.Pos(), "the statement is dropped", text("if !mutantIs($N) { "), x.part(s), text(" }"))
}

// returned makes the first returned value that isn't zero already zero, and negates
// a bool. A value that is returned with an error, or with false, is used by nobody:
// there the error becomes nil, the false true.
func (x *finder) returned(s *ast.ReturnStmt) {
	var named []ast.Expr
	for _, f := range x.fields() {
		for range max(len(f.Names), 1) {
			named = append(named, f.Type)
		}
	}
	if len(s.Results) == 0 || len(s.Results) != len(named) {
		return // bare, or a call's values
	}
	first := slices.IndexFunc(s.Results, func(e ast.Expr) bool { return !x.isZero(e) })
	if first < 0 {
		return
	}
	last := len(s.Results) - 1
	if tv := x.pkg.TypesInfo.Types[named[last]]; tv.Type != nil && types.Identical(tv.Type, types.Universe.Lookup("error").Type()) && !x.isZero(s.Results[last]) {
		x.returnedOther(s, named, last, "*new(error)", "the returned error is nil")
		return
	}
	if first < last && x.isFalse(s.Results[last]) {
		x.returnedOther(s, named, last, "true", "the returned false is true")
		return
	}
	e := s.Results[first]
	if x.isBool(e) {
		x.add(e, s.Pos(), "the returned bool is negated", text("(("), x.part(e), text(") != mutantIs($N))"))
		return
	}
	if tv := x.pkg.TypesInfo.Types[e]; tv.Type != nil {
		x.returnedOther(s, named, first, "", "the returned value is zero")
	}
}

// returnedOther returns another value at one place: zero, unless it is given.
func (x *finder) returnedOther(s *ast.ReturnStmt, named []ast.Expr, at int, value, what string) {
	pieces := []piece{text("{ if mutantIs($N) { return ")}
	for i, e := range s.Results {
		if i > 0 {
			pieces = append(pieces, text(", "))
		}
		switch {
		case i != at:
			pieces = append(pieces, x.part(e))
		case value != "":
			pieces = append(pieces, text(value))
		default:
			pieces = append(pieces, text("*new("), x.part(named[i]), text(")"))
		}
	}
	x.add(s, s.Pos(), what, append(pieces, text(" }; "), x.part(s), text(" }"))...)
}

// isFalse reports whether an expression is the constant false.
func (x *finder) isFalse(e ast.Expr) bool {
	v := x.pkg.TypesInfo.Types[e].Value
	return v != nil && v.Kind() == constant.Bool && !constant.BoolVal(v)
}

func (x *finder) fields() []*ast.Field {
	if r := x.results[len(x.results)-1].Results; r != nil {
		return r.List
	}
	return nil
}

// isZero reports whether an expression is literally the zero value.
func (x *finder) isZero(e ast.Expr) bool {
	tv := x.pkg.TypesInfo.Types[e]
	switch {
	case tv.IsNil():
		return true
	case tv.Value != nil:
		switch tv.Value.Kind() {
		case constant.Bool:
			return !constant.BoolVal(tv.Value)
		case constant.String:
			return constant.StringVal(tv.Value) == ""
		case constant.Int, constant.Float:
			return constant.Sign(tv.Value) == 0
		case constant.Unknown, constant.Complex:
		}
	}
	c, ok := e.(*ast.CompositeLit)
	if !ok || len(c.Elts) > 0 || tv.Type == nil {
		return false
	}
	_, isStruct := tv.Type.Underlying().(*types.Struct)
	return isStruct
}
