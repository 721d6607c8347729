package sql

import (
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

// Check says what doesn't fit a database's schema. read is false if the text isn't SQL that can be
// followed: it has parts of psql's own, such as :variables and \commands.
func (s *Script) Check(db *manifest.Database, text, of string) (found hcl.Diagnostics, read bool) {
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
	f := c.fragment(anyPlace, text)
	if f.fail != nil {
		return nil, false
	}
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
	return c.diags, true
}
