package sql

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/layout"
)

// ruleText reports names and strings that PostgreSQL can't store.
var ruleText = diag.Error("OG600", "Invalid text for PostgreSQL",
	"Names in PostgreSQL are 1 to 63 bytes long; PostgreSQL silently truncates longer ones, so that two could become equal. "+
		"Text must be UTF-8 without the character U+0000.")

// ruleHeading reports text that reads like the structure of the file.
var ruleHeading = diag.Error("OG656", "Comment like a heading of init-db.sql",
	"deploy.sh finds the parts of init-db.sql by their headings, which are comments. No statement may contain a line that is one of them.")

//go:embed statements.sql.tmpl
var statementsSource string

// statements is the parsed template; its functions are bound for each file.
var statements = sync.OnceValue(func() *template.Template {
	return layout.Must("sql", statementsSource, (&renderer{}).funcs())
})

// Render makes the init-db.sql of every database.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var out []kit.Artifact
	var diags hcl.Diagnostics
	for _, db := range m.Databases {
		a, more := renderDatabase(m, db)
		diags = append(diags, more...)
		if !more.HasErrors() {
			out = append(out, a)
		}
	}
	return out, diags
}

func renderDatabase(m *manifest.Manifest, db *manifest.Database) (kit.Artifact, hcl.Diagnostics) {
	r := &renderer{}
	t := template.Must(statements().Clone()).Funcs(r.funcs())
	r.template = t
	doc := &Doc{Database: db}
	var out bytes.Buffer
	fmt.Fprintf(&out, "-- %s\n-- from %s\n", kit.Header(m.System.Name), db.Address)
	var before *Statement
	for _, s := range sections(db) {
		if len(s.statements) == 0 {
			continue
		}
		out.WriteString("\n")
		if s.title != "" {
			fmt.Fprintf(&out, "-- %s\n", s.title)
		}
		before = nil
		for _, st := range s.statements {
			r.statement = st
			r.render(st)
			if before != nil && (strings.Contains(before.Text, "\n") || strings.Contains(st.Text, "\n")) {
				out.WriteString("\n")
			}
			if raw, ok := st.Op.(*Raw); ok {
				fmt.Fprintf(&out, "-- from sql %q\n", raw.Name)
			}
			st.Start = out.Len()
			out.WriteString(st.Text)
			out.WriteString("\n")
			doc.Statements = append(doc.Statements, st)
			before = st
		}
	}
	permits(&out, db)
	r.headings(doc)
	return kit.Artifact{Kind: kit.Schema, Path: db.File, Content: out.Bytes(), Doc: doc, Sources: sources(doc)}, r.diags
}

// renderer renders statements one at a time.
type renderer struct {
	template  *template.Template
	statement *Statement
	diags     hcl.Diagnostics
}

func (r *renderer) render(st *Statement) {
	text := r.execute(st.Op.template(), st.Op)
	if _, do := st.Op.(DoOp); do {
		st.Body = text
		text = "DO " + r.dollar(text) + ";"
	}
	st.Text = text
}

func (r *renderer) execute(name string, data any) string {
	var b strings.Builder
	if err := r.template.ExecuteTemplate(&b, name, data); err != nil {
		r.statement.Err = err
	}
	return b.String()
}

var isKeyword = regexp.MustCompile(`^(?:[A-Za-z_]+(?: [A-Za-z_]+)*|'[A-Za-z0-9]+')$`)

// keyword returns SQL keywords, names of settings and their values unchanged.
func keyword(s string) (string, error) {
	if !isKeyword.MatchString(s) {
		return "", fmt.Errorf("%q is not an SQL keyword", s)
	}
	return s, nil
}

func (r *renderer) funcs() template.FuncMap {
	return template.FuncMap{
		"id":      r.ident,
		"ids":     r.idents,
		"name":    r.name,
		"path":    r.path,
		"lit":     r.literal,
		"dollar":  func(body string) string { return r.dollar("\n" + strings.Trim(body, "\n") + "\n") },
		"sql":     fragment,
		"operand": operand,
		"stmt":    statement,
		"script":  script,
		"upper":   strings.ToUpper,
		"keyword": keyword,
		"option":  r.option,
		"target":  r.target,
		"rows":    r.rows,
		"values":  r.values,
		"same":    r.same,
		"added": func(t *manifest.Table, c *Constraint) any {
			return struct {
				Table      *manifest.Table
				Constraint *Constraint
			}{t, c}
		},
	}
}

func (r *renderer) refuse(at hcl.Range, what string, err error) {
	r.diags = append(r.diags, ruleText.At(at,
		"%.100q cannot be written in %s: %s. Change it.", what, r.statement.Address, err))
}

func (r *renderer) ident(s string) string {
	q, err := quote.SQLIdent(s)
	if err != nil {
		r.refuse(r.statement.Range, s, err)
		return "_"
	}
	return q
}

func (r *renderer) idents(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = r.ident(s)
	}
	return strings.Join(out, ", ")
}

// name is a name with its schema, unless that is public.
func (r *renderer) name(schema, name string) string {
	if schema == "" || schema == "public" {
		return r.ident(name)
	}
	return r.ident(schema) + "." + r.ident(name)
}

// path is a name with dots, as written.
func (r *renderer) path(s string) string {
	parts := strings.Split(s, ".")
	for i, p := range parts {
		parts[i] = r.ident(p)
	}
	return strings.Join(parts, ".")
}

func (r *renderer) literal(s string) string { return r.literalAt(r.statement.Range, s) }

func (r *renderer) literalAt(at hcl.Range, s string) string {
	q, err := quote.SQLLiteral(s)
	if err != nil {
		r.refuse(at, s, err)
		return "''"
	}
	return q
}

func (r *renderer) dollar(s string) string {
	q, err := quote.SQLDollar(s)
	if err != nil {
		r.refuse(r.statement.Range, s, err)
		return "''"
	}
	return q
}

// option is the value of a storage parameter: a number as is, anything else as a
// literal.
func (r *renderer) option(s string) string {
	if PlainNumber(s) {
		return s
	}
	return r.literal(s)
}

// PlainNumber reports whether s consists of decimal digits, with an optional fraction.
func PlainNumber(s string) bool {
	whole, fraction, point := strings.Cut(s, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!point || digits(fraction))
}

// target is what a grant is on.
func (r *renderer) target(g *Grant) string {
	schema := g.Schema
	if schema == "" {
		schema = "public"
	}
	all := map[string]string{"all_tables": "TABLES", "all_sequences": "SEQUENCES", "all_functions": "FUNCTIONS"}
	if kind := all[g.On]; kind != "" {
		return "ALL " + kind + " IN SCHEMA " + r.ident(schema)
	}
	names := make([]string, len(g.Objects))
	for i, o := range g.Objects {
		switch {
		case g.On == "schema" || g.On == "database":
			names[i] = r.ident(o)
		case g.On == "function":
			args := make([]string, len(g.Args[i]))
			for j, a := range g.Args[i] {
				args[j] = fragment(a)
			}
			names[i] = r.name(g.Schema, o) + "(" + strings.Join(args, ", ") + ")"
		default:
			names[i] = r.name(g.Schema, o)
		}
	}
	keyword := strings.ToUpper(g.On)
	if g.On == "view" {
		keyword = "TABLE"
	}
	return keyword + " " + strings.Join(names, ", ")
}

// sources are the addresses of a database and its objects.
func sources(doc *Doc) []string {
	out := []string{doc.Database.Address}
	for _, st := range doc.Statements {
		out = append(out, st.Address)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
