package rules

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleSchemaMismatch = diag.Warning("OG822", "SQL doesn't match the schema",
		"SQL in a script that calls psql hard-codes tables, columns or indexes that the schema doesn't declare. A sql criterion or a query block is checked against the schema; ${database.x.table.y.name} follows the table's name.")
	ruleRepeatedInsert = diag.Warning("OG836", "Insert fails when repeated",
		"A check, like every action, may run twice: on a retry, or in the next deployment. An INSERT with fixed keys then conflicts with its own rows. Use BEGIN … ROLLBACK, ON CONFLICT, or a DELETE.")
)

// schema is the content of the manifest's databases, by unquoted lower-case
// names.
type schema struct {
	tables  map[string]*manifest.Table
	views   map[string]bool
	indexes map[string]bool
	classes []string // operator classes of all indexes
	open    bool     // raw SQL may create more
}

func schemaOf(m *manifest.Manifest) schema {
	s := schema{tables: map[string]*manifest.Table{}, views: map[string]bool{}, indexes: map[string]bool{}}
	for _, d := range m.Databases {
		for _, t := range d.Tables {
			s.tables[strings.ToLower(t.Name)] = t
			for _, i := range t.Indexes {
				s.indexes[strings.ToLower(i.Name)] = true
				s.classes = append(s.classes, i.On...)
			}
		}
		for _, v := range d.Views {
			s.views[strings.ToLower(v.Name)] = true
		}
		for _, r := range d.Raw {
			s.open = s.open || strings.Contains(strings.ToLower(r.SQL), "create")
		}
	}
	return s
}

// sqlTokens are the words and symbols of SQL, keywords and unquoted names in
// lower case, without literals and comments.
func sqlTokens(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\'':
			for i++; i < len(s); i++ {
				if s[i] == '\'' {
					if i+1 < len(s) && s[i+1] == '\'' {
						i++
						continue
					}
					break
				}
			}
			i++
			out = append(out, "''")
		case c == '"':
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return out
			}
			out = append(out, strings.ToLower(s[i+1:i+1+end]))
			i += end + 2
		case c == '-' && strings.HasPrefix(s[i:], "--"):
			end := strings.IndexByte(s[i:], '\n')
			if end < 0 {
				return out
			}
			i += end
		case nameByte(c) && c != '-' || c == 0:
			j := i
			for j < len(s) && (nameByte(s[j]) && s[j] != '-' || s[j] == 0) {
				j++
			}
			out = append(out, strings.ToLower(s[i:j]))
			i = j
		case strings.IndexByte("<>=+*/%~!@#&|^-", c) >= 0:
			j := i
			for j < len(s) && strings.IndexByte("<>=+*/%~!@#&|^-", s[j]) >= 0 {
				j++
			}
			out = append(out, s[i:j])
			i = j
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
		default:
			out = append(out, string(c))
			i++
		}
	}
	return out
}

// tablesOf reports names after FROM, JOIN, INTO, UPDATE and REINDEX INDEX that
// the schema doesn't declare.
func (w *walker) tablesOf(toks []string, at syntax.Pos) {
	if w.names.schema.open {
		return
	}
	own := map[string]bool{"stdin": true, "stdout": true, "program": true, "only": true, "lateral": true, "select": true, "set": true}
	for i, t := range toks {
		if t == "as" && i > 0 && i+1 < len(toks) && toks[i+1] == "(" || t == "table" || t == "exists" || t == "as" {
			if t == "as" && i > 0 {
				own[named(toks, i-1)] = true
			} else if i+1 < len(toks) {
				own[toks[i+1]] = true
			}
		}
	}
	depth, parens := 0, []string{""}
	for i, t := range toks {
		switch t {
		case "(":
			head := ""
			if i > 0 {
				head = toks[i-1]
			}
			depth++
			parens = append(parens[:depth], head)
		case ")":
			if depth > 0 {
				depth--
			}
		case "from", "join", "into", "update", "index":
			if i+1 >= len(toks) {
				return
			}
			n := toks[i+1]
			switch h := parens[depth]; {
			case t == "from" && (h == "extract" || h == "trim" || h == "substring" || h == "overlay" || i > 0 && toks[i-1] == "distinct"):
				continue
			case t == "into" && (i == 0 || toks[i-1] != "insert"):
				continue
			case t == "update" && i > 0 && toks[i-1] != ";" && toks[i-1] != "(":
				continue
			case t == "index":
				if i > 0 && toks[i-1] == "reindex" && plainName(n) && !w.names.schema.indexes[n] {
					w.report(ruleSchemaMismatch, at, n, "no table has the index %q. Declare it, or refer to a declared index.", n)
				}
				continue
			}
			if i+2 < len(toks) && toks[i+2] == "(" && t != "into" || !plainName(n) || own[n] {
				continue
			}
			n = strings.TrimPrefix(n, "public.")
			s := w.names.schema
			if s.tables[n] == nil && !s.views[n] && !strings.Contains(n, ".") && !strings.HasPrefix(n, "pg_") {
				w.report(ruleSchemaMismatch, at, n, "no database in the manifest has a table or view %q. Refer to the table: ${database.NAME.table.TABLE.name}.", n)
			}
		}
	}
}

// named is the name that ends at a token: t of t, and of t (a, b).
func named(toks []string, i int) string {
	if toks[i] == ")" {
		for ; i > 0 && toks[i] != "("; i-- {
		}
		i--
	}
	if i < 0 {
		return ""
	}
	return toks[i]
}

func plainName(n string) bool {
	return n != "" && (n[0] >= 'a' && n[0] <= 'z' || n[0] == '_') && !strings.Contains(n, placeholder)
}

// inserts checks INSERT statements: their columns, if they weren't resolved, and whether they can be
// repeated.
func (w *walker) inserts(toks []string, at syntax.Pos, columns bool) {
	again := false
	for i, t := range toks {
		again = again || t == "rollback" || t == "delete" || t == "truncate" || t == "conflict" || t == "exists" && i > 0
	}
	for i, t := range toks {
		if t != "insert" || i+3 >= len(toks) || toks[i+1] != "into" {
			continue
		}
		table := w.names.schema.tables[strings.TrimPrefix(toks[i+2], "public.")]
		if table == nil {
			continue
		}
		given := map[string]bool{}
		j := i + 3
		if toks[j] == "(" {
			for j++; j < len(toks) && toks[j] != ")"; j++ {
				given[toks[j]] = true
			}
			if columns {
				w.columns(table, given, at)
			}
		}
		if !again && fixedKey(table, given) {
			w.report(ruleRepeatedInsert, at, table.Name, "the rows inserted into %s already exist on the second run. Put the INSERT between BEGIN and ROLLBACK, add ON CONFLICT, or delete the rows.", table.Name)
		}
	}
}

// columns compares an insert's columns with the table's.
func (w *walker) columns(t *manifest.Table, given map[string]bool, at syntax.Pos) {
	has := map[string]bool{}
	for _, c := range t.Columns {
		name := strings.ToLower(c.Name)
		has[name] = true
		serial := strings.HasSuffix(strings.ToLower(c.Type), "serial")
		if !given[name] && !c.Null && c.Default == "" && c.Identity == "" && c.Generated == "" && !serial {
			w.report(ruleSchemaMismatch, at, t.Name+name, "the INSERT into %s omits %s, which is NOT NULL and has no default. Add a value.", t.Name, c.Name)
		}
	}
	for g := range given {
		if plainName(g) && !has[g] {
			w.report(ruleSchemaMismatch, at, t.Name+g, "%s has no column %q.", t.Address, g)
		}
	}
}

// fixedKey reports whether an insert sets all columns of the primary key.
func fixedKey(t *manifest.Table, given map[string]bool) bool {
	if len(t.PrimaryKey) == 0 {
		return false
	}
	for _, k := range t.PrimaryKey {
		if len(given) > 0 && !given[strings.ToLower(k)] {
			return false
		}
	}
	return true
}

// operators are pgvector's distance operators and the operator classes that
// support them.
var operators = map[string]string{"<->": "_l2_ops", "<=>": "_cosine_ops", "<#>": "_ip_ops", "<+>": "_l1_ops"}

// distances reports nearest-neighbor searches that no index supports while a
// different distance has one.
func (w *walker) distances(toks []string, at syntax.Pos) {
	for _, t := range toks {
		class := operators[t]
		if class == "" {
			continue
		}
		served, other := false, ""
		for _, on := range w.names.schema.classes {
			served = served || strings.Contains(on, class)
			for o, c := range operators {
				if strings.Contains(on, c) && (other == "" || o < other) {
					other = o
				}
			}
		}
		if !served && other != "" {
			w.report(ruleSchemaMismatch, at, t, "no index supports the distance %s; the declared ones support %s. The query scans the whole table, and its order differs from the application's.", t, other)
		}
	}
}
