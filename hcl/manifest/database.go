package manifest

import (
	"math/big"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Database is a schema that lives in a service.
type Database struct {
	Origin
	Name       string
	Service    *Service
	DBName     string   // database inside the server; default: the label
	User       string   // role that applies the schema; default "postgres"
	Port       int      // container port; default 5432
	File       string   // the kit's file: init-db.sql; init-db-NAME.sql where there are several
	Cost       *big.Rat // of database.N.apply
	Duration   time.Duration
	Extensions []*Extension
	Schemas    []*Schema
	Tables     []*Table
	Functions  []*Function
	Triggers   []*Trigger
	Views      []*View
	Roles      []*Role
	Grants     []*Grant
	Seeds      []*Seed
	Queries    []*Query
	Raw        []*RawSQL
	Types      []*EnumType
	Destroy    []string // tables, which are no longer declared, that may be dropped with their rows: SCHEMA.NAME or NAME
	At         Ranges   // of port
}

// Server is what a database server creates on a new volume.
type Server struct {
	Database, User string
	// Their ranges; empty for the image's defaults.
	DatabaseRange, UserRange hcl.Range
}

// OwnPassword is the secret that the official image, or one based on it, sets as the password of the
// role that applies the schema, when its data is empty; nil if there is none. psql logs in without it, over the
// socket in the container.
func (d *Database) OwnPassword() *Secret {
	if server, ok := d.Server(); !ok || server.User != d.User {
		return nil
	}
	i := d.Service.Instances[0]
	for _, e := range i.SecretEnv {
		if e.Name == "POSTGRES_PASSWORD_FILE" {
			return e.Secret
		}
	}
	for _, e := range i.Env {
		if s := e.Value.Secrets(); e.Name == "POSTGRES_PASSWORD" && len(e.Value) == 1 && len(s) == 1 {
			return s[0]
		}
	}
	return nil
}

// Server is what the official image, and images based on it, which are recognised by their
// POSTGRES_… variables, create on a new volume: one role and one database. Not ok if another image
// runs, or if that is known only at deploy time.
func (d *Database) Server() (s Server, ok bool) {
	if d.Service == nil || len(d.Service.Instances) == 0 {
		return s, false
	}
	for _, e := range d.Service.Instances[0].Env {
		ok = ok || strings.HasPrefix(e.Name, "POSTGRES_")
		text, plain := e.Value.Plain()
		switch e.Name {
		case "POSTGRES_USER":
			s.User, s.UserRange = text, e.Range
		case "POSTGRES_DB":
			s.Database, s.DatabaseRange = text, e.Range
		default:
			continue
		}
		if !plain {
			return s, false
		}
	}
	for _, e := range d.Service.Instances[0].SecretEnv {
		ok = ok || strings.HasPrefix(e.Name, "POSTGRES_")
		if e.Name == "POSTGRES_USER_FILE" || e.Name == "POSTGRES_DB_FILE" {
			return s, false
		}
	}
	if s.User == "" {
		s.User = "postgres"
	}
	if s.Database == "" {
		s.Database = s.User
	}
	return s, ok
}

// Extension is CREATE EXTENSION.
type Extension struct {
	Origin
	Name    string
	Schema  string
	Version string
}

// Ranges are the ranges of a block's attributes, for diagnostics: by name, and
// `name[i]` for the elements of a list. It may be nil.
type Ranges map[string]hcl.Range

// Of returns the range of an argument, or def if it isn't known.
func (r Ranges) Of(name string, def hcl.Range) hcl.Range {
	if at, ok := r[name]; ok {
		return at
	}
	return def
}

// Schema is CREATE SCHEMA.
type Schema struct {
	Origin
	Name string
}

// EnumType is CREATE TYPE … AS ENUM, values in source order.
type EnumType struct {
	Origin
	Schema string // "" is public
	Name   string
	Values []string
}

// Table is one table. Columns keep their source order.
type Table struct {
	Origin
	Database    *Database
	Schema      string // "" is public
	Name        string
	Comment     string
	Columns     []*Column
	PrimaryKey  []string
	Unique      [][]string
	ForeignKeys []*ForeignKey
	Checks      []*CheckConstraint
	Indexes     []*Index
	Rewrite     []string // columns whose change may write the table again
	Destroy     []string // columns whose values may be lost
	At          Ranges
}

// Column is one column. Default is an SQL expression, verbatim.
type Column struct {
	Origin
	Table     *Table
	Name      string
	Type      string
	Null      bool
	Default   string // "" none
	Unique    bool
	Comment   string
	Identity  string // "" | always | by default
	Generated string // expression of GENERATED ALWAYS AS (…) STORED
	// RenamedFrom is the name that the column had in an earlier schema; "" if it had none.
	RenamedFrom string
	At          Ranges
}

// ForeignKey refers to columns of a table of the same database.
type ForeignKey struct {
	Origin
	Name               string // derived when not given
	Columns            []string
	Table              *Table
	References         []string
	OnDelete, OnUpdate string // cascade | restrict | set null | set default | no action | ""
	At                 Ranges
}

// CheckConstraint is CHECK (expr).
type CheckConstraint struct {
	Origin
	Name string
	Expr string
	At   Ranges
}

// Index is one index. On entries are columns or expressions with optional operator class and
// direction, verbatim.
type Index struct {
	Origin
	Name    string
	Using   string // "" is btree
	On      []string
	Unique  bool
	With    []KeyValue // storage parameters, sorted
	Where   string
	Include []string
	At      Ranges
}

// Function is CREATE OR REPLACE FUNCTION.
type Function struct {
	Origin
	Schema     string // "" is public
	Name       string
	Args       []KeyValue // name, type; source order
	Returns    string
	Language   string
	Volatility string // immutable | stable | volatile | ""
	Strict     bool
	Security   string   // definer | invoker | ""
	SearchPath []string // SET search_path; nil: the caller's
	Body       string
	Comment    string
	At         Ranges
}

// Trigger is a trigger on a table or view.
type Trigger struct {
	Origin
	Name         string
	Table        *Table   // or
	View         *View    // one of the two
	When         string   // before | after | instead of
	Events       []string // insert | update | delete | truncate
	Columns      []string // of update
	ForEach      string   // row | statement
	Condition    string
	Function     *Function // or
	FunctionName string    // a function that is not declared here
	At           Ranges
}

// View is CREATE OR REPLACE VIEW, or a materialized view.
type View struct {
	Origin
	Schema       string // "" is public
	Name         string
	Query        string
	Materialized bool
	Comment      string
	DependsOn    []*View
	At           Ranges
}

// Role is a login or group role. Its password is set by deploy.sh, never here.
type Role struct {
	Origin
	Name     string
	Login    bool
	Password *Secret // nil: none
	// User is the secret with the name to log in with: of one of Logins, which deploy.sh alternates, so
	// that a new password replaces an old one without a gap. nil: the role itself logs in.
	User                                         *Secret
	Inherit                                      bool
	MemberOf                                     []string
	CreateDB, Superuser, CreateRole, Replication bool
}

// Logins are the two roles that log in instead of a role with a user; they are its members, and their
// sessions run as that role. The first is the one of a new deployment.
func (r *Role) Logins() []string { return []string{r.Name + "_a", r.Name + "_b"} }

// Grant gives privileges on objects to roles.
type Grant struct {
	Origin
	Name       string
	Privileges []string // sorted, upper case; ALL
	On         string   // table | view | all_tables | sequence | all_sequences | schema | function | all_functions | database
	Objects    []string // names; empty for all_*
	Schema     string
	To         []string // role names
	WithGrant  bool
	At         Ranges
}

// Seed is rows of one table that are inserted unless they exist.
type Seed struct {
	Origin
	Name     string
	Table    *Table
	Rows     []SeedRow // source order
	Conflict []string  // columns of ON CONFLICT; empty: any
	Update   bool      // DO UPDATE with the row's values, otherwise DO NOTHING
	At       Ranges
}

// SeedRow is one row; columns sorted by name. Values as Passthrough.Value; SQL
// expressions are SeedExpr.
type SeedRow struct {
	Columns []SeedValue
	Range   hcl.Range
}

// SeedValue is one value of a row.
type SeedValue struct {
	Column string
	Value  any    // nil, bool, string, *big.Rat, []any or map[string]any (written as JSON)
	Expr   string // an SQL expression instead of a value, when not ""
	Range  hcl.Range
}

// Query is a named statement, prepared against the schema by the checks.
type Query struct {
	Origin
	Name    string
	SQL     string
	Params  []string // types of $1 …
	Service *Service // who uses it; nil: anyone
	At      Ranges
}

// RawSQL is verbatim SQL, checked like the rest.
type RawSQL struct {
	Origin
	Name        string
	SQL         string
	After       string // extensions | tables | functions | triggers | views | grants | seeds; default seeds
	Transaction bool   // false: outside the transaction (VACUUM …)
	At          Ranges
}
