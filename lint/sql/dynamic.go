package sql

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/sql"
)

// A raw statement is one of the manifest's own SQL, or one that a DO block in it runs.

// made is what statements whose text isn't known may create.
type made struct {
	relations, columns, functions, types, roles, operators bool
}

// anything is what a text that isn't known at all may create.
var anything = made{true, true, true, true, true, true}

func (m *made) join(o made) {
	m.relations, m.columns, m.functions = m.relations || o.relations, m.columns || o.columns, m.functions || o.functions
	m.types, m.roles, m.operators = m.types || o.types, m.roles || o.roles, m.operators || o.operators
}

// rawStatements are all statements of the raw SQL with those inside its DO blocks, and what others that
// aren't known may create.
func (c *checker) rawStatements() (stmts []*pg.RawStmt, unknown made) {
	for _, r := range c.db.Raw {
		for _, s := range c.fragment(anyPlace, r.SQL).stmts {
			stmts = append(stmts, s)
			if do := s.Stmt.GetDoStmt(); do != nil {
				inner, more := c.insideDo(do)
				stmts = append(stmts, inner...)
				unknown.join(more)
			}
		}
	}
	return stmts, unknown
}

// inside is what a DO block runs.
type inside struct {
	stmts   []*pg.RawStmt
	unknown made
}

// insideDo reads the body of a DO block, once.
func (c *checker) insideDo(do *pg.DoStmt) ([]*pg.RawStmt, made) {
	if _, done := c.insides[do]; !done {
		stmts, unknown := readDo(do)
		c.insides[do] = inside{stmts, unknown}
	}
	return c.insides[do].stmts, c.insides[do].unknown
}

func readDo(do *pg.DoStmt) (stmts []*pg.RawStmt, unknown made) {
	body := ""
	for _, a := range do.Args {
		switch d := a.GetDefElem(); d.GetDefname() {
		case "as":
			body = d.Arg.GetString_().GetSval()
		case "language":
			if d.Arg.GetString_().GetSval() != "plpgsql" {
				return nil, anything
			}
		}
	}
	text, err := quote.SQLDollar(body)
	if err != nil || tooDeep(body) {
		return nil, anything
	}
	tree, err := plpgsql("DO " + text)
	var root any
	if err != nil || json.Unmarshal([]byte(tree), &root) != nil {
		return nil, anything
	}
	fixed, dynamic := bodyTexts(root, false)
	for _, q := range fixed {
		more, _ := parse(q)
		stmts = append(stmts, more...)
	}
	for _, q := range dynamic {
		more, m := executedText(q)
		stmts = append(stmts, more...)
		unknown.join(m)
	}
	return stmts, unknown
}

// bodyTexts lists the SQL in a PL/pgSQL tree: that of its statements and expressions, and the expressions
// whose values EXECUTE runs.
func bodyTexts(v any, run bool) (fixed, dynamic []string) {
	add := func(v any, run bool) {
		f, d := bodyTexts(v, run)
		fixed, dynamic = append(fixed, f...), append(dynamic, d...)
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			add(e, run)
		}
	case map[string]any:
		if q, ok := v["query"].(string); ok {
			if run {
				return nil, []string{q}
			}
			return []string{q}, nil
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			switch k {
			case "PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors":
				inner, _ := v[k].(map[string]any)
				for _, part := range slices.Sorted(maps.Keys(inner)) {
					add(inner[part], part == "query")
				}
			case "dynquery":
				add(v[k], true)
			default:
				add(v[k], run)
			}
		}
	}
	return fixed, dynamic
}

// executedText reads what an EXECUTE runs, from its expression.
func executedText(expr string) (stmts []*pg.RawStmt, unknown made) {
	parsed, fail := parse("SELECT " + expr)
	if fail != nil || len(parsed) != 1 || len(parsed[0].Stmt.GetSelectStmt().GetTargetList()) != 1 {
		return nil, anything
	}
	value := parsed[0].Stmt.GetSelectStmt().TargetList[0].GetResTarget().GetVal()
	if text := value.GetAConst().GetSval(); text != nil {
		if stmts, fail := parse(text.GetSval()); fail == nil {
			return stmts, unknown
		}
	}
	text, begins := pieces(value)
	if !begins {
		return nil, anything
	}
	return nil, mentions(text)
}

// pieces joins the literals of an expression, and reports whether its value begins with one of them.
func pieces(n *pg.Node) (text string, begins bool) {
	first := n
	for {
		if e := first.GetAExpr(); e != nil && lastName(e.Name) == "||" {
			first = e.Lexpr
			continue
		}
		if f := first.GetFuncCall(); f != nil && lastName(f.Funcname) == "format" && len(f.Args) > 0 {
			first = f.Args[0]
			continue
		}
		break
	}
	begins = first.GetAConst().GetSval() != nil && !strings.HasPrefix(strings.TrimSpace(first.GetAConst().GetSval().GetSval()), "%")
	var b strings.Builder
	walk(n, func(n any) bool {
		if k, ok := n.(*pg.A_Const); ok {
			b.WriteString(k.GetSval().GetSval() + " ")
		}
		return true
	})
	return b.String(), begins
}

// mentions is what a statement may create, by its words.
func mentions(text string) (m made) {
	words := map[string]bool{}
	sql.EachToken(text, func(t string) bool { words[strings.ToLower(t)] = true; return true })
	if !words["create"] && !words["alter"] && !words["import"] && !words["do"] && !words["call"] && !words["select"] {
		return m
	}
	if words["schema"] || words["extension"] || words["import"] || words["do"] || words["call"] {
		return anything
	}
	m.relations = words["table"] || words["view"] || words["sequence"]
	m.types = m.relations || words["type"] || words["domain"]
	m.columns = words["alter"] && (words["table"] || words["view"])
	m.functions = words["function"] || words["procedure"] || words["aggregate"]
	m.roles = words["role"] || words["user"] || words["group"]
	m.operators = words["operator"] || words["cast"]
	return m
}
