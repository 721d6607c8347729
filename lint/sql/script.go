package sql

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Script checks SQL outside of the manifest's blocks, such as that of psql in a script, against the
// schemas of databases.
type Script struct {
	m        *manifest.Manifest
	checkers map[*manifest.Database]*checker
}

// NewScript prepares nothing: a schema is read when it is needed.
func NewScript(m *manifest.Manifest) *Script {
	return &Script{m: m, checkers: map[*manifest.Database]*checker{}}
}

// Finding is what a text does wrong.
type Finding struct {
	Detail string
	Line   int    // in the text, from 1
	Word   string // at that place
	Syntax bool   // PostgreSQL's parser rejects the text
}

// Check says what doesn't fit a database's schema in a text for psql, in which Computed stands for what isn't known.
// read is false if it can't be followed.
func (s *Script) Check(db *manifest.Database, text, of string) (found []Finding, read bool) {
	c := s.checker(db)
	clean, computed, ok := forServer(text)
	if !ok {
		return nil, false
	}
	f := c.fragment(anyPlace, clean)
	if f.fail != nil {
		if x := c.misread(f.fail, clean, computed); x != nil {
			return []Finding{*x}, true
		}
		return nil, false
	}
	for _, d := range c.script(f, clean, of) {
		if d.Severity == hcl.DiagError {
			found = append(found, Finding{Detail: strings.TrimPrefix(d.Detail, upperFirst(of)+" "), Line: max(1, d.Subject.Start.Line), Word: wordAt(clean, d.Subject.Start.Byte)})
		}
	}
	return found, true
}

// checker is a database's, whose schema is read once.
func (s *Script) checker(db *manifest.Database) *checker {
	c := s.checkers[db]
	if c == nil {
		c = &checker{m: s.m, db: db, fragments: map[string]*fragment{}, trees: map[*manifest.Function]string{}, insides: map[*pg.DoStmt]inside{}}
		c.prefetch()
		c.learn()
		c.catalog = c.newCatalog(db)
		c.catalog.addRaw(c.raw)
		c.catalog.open = c.catalog.open || c.unknown.relations
		for _, r := range c.catalog.relations {
			r.open = r.open || c.unknown.columns
		}
		for _, v := range db.Views {
			c.view(c.catalog.relations[qualified(v.Schema, v.Name)])
		}
		s.checkers[db] = c
	}
	return c
}

// script resolves the names in a script's statements.
func (c *checker) script(f *fragment, text, of string) hcl.Diagnostics {
	made := *c.catalog // the text may create tables for itself
	made.relations = map[string]*relationInfo{}
	for k, r := range c.catalog.relations {
		made.relations[k] = r
	}
	made.addRaw(f.stmts)
	before := c.catalog
	c.catalog, c.diags = &made, nil
	defer func() { c.catalog = before }()
	c.known(f, text, hcl.Range{}, of)
	r := c.resolver(f, text, hcl.Range{}, of)
	for _, x := range f.stmts {
		r.statement(x.Stmt, nil)
	}
	return c.diags
}
