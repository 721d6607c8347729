package sql

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/sql"
)

// Check parses an init-db.sql, compares it with the database that it was
// rendered from, and checks that database's SQL against its own schema. It
// needs no server.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	doc, ok := a.Doc.(*sql.Doc)
	if !ok {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "%s has no document to compare with. Please report this.", a.Path)}
	}
	c := &checker{m: m, db: doc.Database, fragments: map[string]*fragment{}, trees: map[*manifest.Function]string{}, insides: map[*pg.DoStmt]inside{}}
	if c.unwritten(doc) {
		return c.diags
	}
	c.prefetch()
	c.learn()
	expected := make([][]*pg.Node, len(doc.Statements))
	for i, st := range doc.Statements {
		expected[i] = c.expect(st)
	}
	c.bodies()
	c.server()
	c.schema()
	c.statements()
	wrong := c.diags.HasErrors()
	if !c.failed {
		c.complete(a, doc)
	}
	if !c.failed && !wrong { // a file of wrong objects may not even parse
		c.compare(a, doc, expected)
		c.compareBodies(a, doc)
	}
	return c.diags
}

type checker struct {
	m         *manifest.Manifest
	db        *manifest.Database
	fragments map[string]*fragment
	trees     map[*manifest.Function]string // of PL/pgSQL bodies, as JSON
	failed    bool                          // a fragment is not what it must be
	catalog   *catalog
	words     *vocabulary
	raw       []*pg.RawStmt // the statements of raw SQL, with those in its DO blocks
	unknown   made          // what others may create
	insides   map[*pg.DoStmt]inside
	diags     hcl.Diagnostics
}

func (c *checker) report(d *hcl.Diagnostic) { c.diags = append(c.diags, d) }

func (c *checker) bug(at hcl.Range, format string, args ...any) {
	d := ruleBug.At(at, format+" This is a bug in omegagen; please report it with the manifest.", args...)
	c.report(d)
}

// unwritten reports statements that couldn't be rendered: then there is no file
// to read.
func (c *checker) unwritten(doc *sql.Doc) (found bool) {
	for _, st := range doc.Statements {
		if st.Err != nil {
			c.bug(st.Range, "The statement for %s can't be rendered: %s.", st.Address, st.Err)
			found = true
		}
	}
	return found
}

// complete reports an object without a statement.
func (c *checker) complete(a kit.Artifact, doc *sql.Doc) {
	told := map[string]bool{}
	for _, st := range doc.Statements {
		told[st.Address] = true
	}
	for _, o := range c.db.Objects() {
		switch at := o.Declaration(); o := o.(type) {
		case *manifest.Extension, *manifest.Schema, *manifest.EnumType, *manifest.Table, *manifest.Function, *manifest.Trigger,
			*manifest.View, *manifest.Role, *manifest.Grant, *manifest.RawSQL:
			if !told[at.Address] {
				c.bug(at.Range, "%s has no statement for %s.", a.Path, at.Address)
			}
		case *manifest.Seed:
			if !told[at.Address] && len(o.Rows) > 0 {
				c.bug(at.Range, "%s has no rows of %s.", a.Path, at.Address)
			}
		case *manifest.Query: // not part of the schema
		}
	}
}

// compare parses the whole file and compares statement by statement.
func (c *checker) compare(a kit.Artifact, doc *sql.Doc, expected [][]*pg.Node) {
	text := string(a.Content)
	parsed, fail := parse(text)
	if fail != nil {
		at := c.db.Range
		if fail.deep {
			c.report(ruleTooDeep.At(at, "A statement of %s is nested more than %d levels deep. Split it up.", a.Path, maxOpen))
			return
		}
		for _, st := range doc.Statements {
			if line := 1 + strings.Count(text[:st.Start], "\n"); line <= fail.line {
				at = st.Range
			}
		}
		c.bug(at, "%s, line %d: %s.", a.Path, fail.line, fail.message)
		return
	}
	next := 0
	for i, st := range doc.Statements {
		for _, want := range expected[i] {
			if next == len(parsed) {
				c.bug(st.Range, "%s ends before the statement for %s.", a.Path, st.Address)
				return
			}
			got := parsed[next]
			next++
			if d := difference(got.Stmt, want); d != "" {
				c.bug(st.Range, "In %s, the statement for %s reads back differently: %s.", a.Path, st.Address, d)
				return
			}
		}
	}
	if next != len(parsed) {
		c.bug(c.db.Range, "%s contains %d extra statements.", a.Path, len(parsed)-next)
	}
}

// compareBodies compares the statements inside DO statements with the model.
func (c *checker) compareBodies(a kit.Artifact, doc *sql.Doc) {
	var blocks []*sql.Statement
	var ops []sql.DoOp
	var script strings.Builder
	for _, st := range doc.Statements {
		if op, do := st.Op.(sql.DoOp); do {
			blocks, ops = append(blocks, st), append(ops, op)
			script.WriteString(st.Text + "\n")
		}
	}
	if blocks == nil {
		return
	}
	tree, err := plpgsql(script.String())
	var functions []any
	if err == nil {
		err = json.Unmarshal([]byte(tree), &functions)
	}
	if err != nil || len(functions) != len(blocks) {
		c.bug(c.db.Range, "The DO statements of %s don't parse: %v.", a.Path, err)
		return
	}
	var texts []string
	var of []*sql.Statement
	var want []*pg.Node
	for i, st := range blocks {
		got, expected := executed(functions[i]), c.expectBody(ops[i])
		if len(got) != len(expected) {
			c.bug(st.Range, "In %s, the DO statement for %s runs %d statements instead of %d.", a.Path, st.Address, len(got), len(expected))
			return
		}
		for k := range got {
			texts, of, want = append(texts, got[k]), append(of, st), append(want, expected[k])
		}
	}
	parsed, fail := parse(strings.Join(texts, ";\n"))
	if fail != nil || len(parsed) != len(texts) {
		c.bug(c.db.Range, "The DO statements of %s run different statements.", a.Path)
		return
	}
	for i, st := range of {
		if d := difference(parsed[i].Stmt, want[i]); d != "" {
			c.bug(st.Range, "In %s, the DO statement for %s reads back differently: %s.", a.Path, st.Address, d)
			return
		}
	}
}

// executed lists the SQL statements in a PL/pgSQL tree, in order.
func executed(tree any) []string {
	var out []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if s, ok := v["PLpgSQL_stmt_execsql"].(map[string]any); ok {
				if e, ok := s["sqlstmt"].(map[string]any); ok {
					if x, ok := e["PLpgSQL_expr"].(map[string]any); ok {
						q, _ := x["query"].(string)
						out = append(out, q)
					}
				}
				return
			}
			if s, ok := v["PLpgSQL_stmt_perform"].(map[string]any); ok {
				if e, ok := s["expr"].(map[string]any); ok {
					if x, ok := e["PLpgSQL_expr"].(map[string]any); ok {
						q, _ := x["query"].(string)
						out = append(out, q)
					}
				}
				return
			}
			// In generated bodies, only IFs contain other statements.
			for _, key := range []string{"PLpgSQL_function", "action", "PLpgSQL_stmt_block", "body", "PLpgSQL_stmt_if", "then_body"} {
				walk(v[key])
			}
		}
	}
	walk(tree)
	return out
}

// plpgsql parses a function or DO statement as PL/pgSQL.
func plpgsql(text string) (tree string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return parsePlpgsql(text)
}

// bodies parses the bodies of functions in SQL and PL/pgSQL.
func (c *checker) bodies() {
	for _, f := range c.db.Functions {
		at := f.At.Of("body", f.Range)
		switch f.Language {
		case "sql":
			c.use(anyPlace, f.Body, at, "the body of "+f.Address)
		case "plpgsql":
			c.plpgsqlBody(f, at)
		}
	}
}

func (c *checker) plpgsqlBody(f *manifest.Function, at hcl.Range) {
	if strings.IndexByte(f.Body, 0) >= 0 || tooDeep(f.Body) {
		c.use(anyPlace, f.Body, at, "the body of "+f.Address)
		return
	}
	args := make([]string, len(f.Args))
	for i, a := range f.Args {
		name, err := quote.SQLIdent(a.Key)
		if err != nil || c.functionArg(f, a).fail != nil {
			return // reported
		}
		args[i] = name + " " + a.Value
	}
	body, err := quote.SQLDollar(f.Body)
	if err != nil || c.functionReturns(f).fail != nil {
		return
	}
	tree, err := plpgsql("CREATE FUNCTION f(" + strings.Join(args, ", ") + ") RETURNS " + f.Returns + "\nLANGUAGE plpgsql AS " + body)
	if err != nil {
		hint := ""
		if !strings.Contains(strings.ToUpper(f.Body), "BEGIN") {
			hint = " Write its statements between BEGIN and END;."
		}
		c.report(ruleSyntax.At(at, "The body of %s must be PL/pgSQL. PostgreSQL's parser says: %s.%s", f.Address, err, hint))
		return
	}
	c.trees[f] = tree
}
