package sql

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Doc is the typed document of an init-db.sql: its statements in order, each with its
// source. lint/sql compares the parsed file with it.
type Doc struct {
	Database   *manifest.Database
	Statements []*Statement
}

// Statement is one statement of the file; a Raw one may be several.
type Statement struct {
	Op    Op
	Text  string // with its semicolon
	Start int    // byte offset of Text in the file
	// Address and Range are those of the object that the statement is for.
	Address string
	Range   hcl.Range
	// Body is the text that a DO statement runs, before dollar quoting; "" for other
	// statements.
	Body string
	// Err is set if the statement couldn't be written: a bug in omegagen, which
	// lint/sql reports.
	Err error
}

// Op is what a statement does: a closed set of types. template returns the name of
// its template.
type Op interface{ template() string }

// The statements that a file is made of.
type (
	// Set sets a session parameter to a word or number.
	Set struct{ Name, Value string }
	// SearchPath sets the schemas in which names are resolved.
	SearchPath struct{ Schemas []string }
	// Begin and Commit bound the transaction.
	Begin  struct{}
	Commit struct{}

	CreateSchema    struct{ *manifest.Schema }
	CreateExtension struct{ *manifest.Extension }
	// UpdateExtension updates an older installed version to the declared one.
	UpdateExtension struct{ *manifest.Extension }

	// CreateEnum creates a missing type, in a DO statement.
	CreateEnum struct{ *manifest.EnumType }
	// AddEnumValue adds a value that an older type doesn't have, after or before
	// another one.
	AddEnumValue struct {
		*manifest.EnumType
		Value, After, Before string
	}

	// CreateRole creates a missing role, in a DO statement.
	CreateRole struct{ *manifest.Role }
	// AlterRole sets the attributes of a role.
	AlterRole struct{ *manifest.Role }
	// GrantRole makes a role a member of another one.
	GrantRole struct{ Group, Member string }

	// CreateTable creates a missing table with the constraints that are possible at
	// this point.
	CreateTable struct {
		*manifest.Table
		Constraints []*Constraint
	}
	// AddColumns adds columns that an older table doesn't have.
	AddColumns struct{ *manifest.Table }
	// AddConstraints adds constraints that an older table doesn't have, in a DO
	// statement.
	AddConstraints struct {
		*manifest.Table
		Constraints []*Constraint
	}
	CreateIndex struct {
		Table *manifest.Table
		*manifest.Index
	}
	CreateFunction struct{ *manifest.Function }
	CreateView     struct{ *manifest.View }
	CreateTrigger  struct{ *manifest.Trigger }

	// Comment sets the comment of an object: TABLE, COLUMN, FUNCTION, VIEW or
	// MATERIALIZED VIEW. Column is set for columns, Args for functions.
	Comment struct {
		Object, Schema, Name, Column string
		Args                         []string
		Text                         string
	}
	// Grant has, for functions, the argument types of each object, because a function
	// that was replaced by one with other arguments still exists.
	Grant struct {
		*manifest.Grant
		Args [][]string
	}
	// Insert inserts rows that have the same columns. Guarded means that no key could
	// detect a conflict: there is one row, which is inserted if no equal row exists.
	Insert struct {
		Seed     *manifest.Seed
		Columns  []*manifest.Column // in the table's order
		Rows     [][]manifest.SeedValue
		Guarded  bool
		Conflict []string // columns of ON CONFLICT; empty: any key
		Update   []string // columns that DO UPDATE sets; empty: DO NOTHING
	}
	// SetSequence sets the sequence of a column, into which rows with a value were inserted, beyond the
	// largest value, so that the next generated value is new.
	SetSequence struct {
		Table  *manifest.Table
		Column *manifest.Column
	}
	// Refresh refreshes a materialized view.
	Refresh struct{ *manifest.View }
	Raw     struct{ *manifest.RawSQL }
)

func (*Set) template() string             { return "set" }
func (*SearchPath) template() string      { return "search_path" }
func (*Begin) template() string           { return "begin" }
func (*Commit) template() string          { return "commit" }
func (*CreateSchema) template() string    { return "schema" }
func (*CreateExtension) template() string { return "extension" }
func (*UpdateExtension) template() string { return "update_extension" }
func (*CreateEnum) template() string      { return "enum" }
func (*AddEnumValue) template() string    { return "enum_value" }
func (*CreateRole) template() string      { return "role" }
func (*AlterRole) template() string       { return "alter_role" }
func (*GrantRole) template() string       { return "grant_role" }
func (*CreateTable) template() string     { return "table" }
func (*AddColumns) template() string      { return "add_columns" }
func (*AddConstraints) template() string  { return "add_constraints" }
func (*CreateIndex) template() string     { return "index" }
func (*CreateFunction) template() string  { return "function" }
func (*CreateView) template() string      { return "view" }
func (*CreateTrigger) template() string   { return "trigger" }
func (*Comment) template() string         { return "comment" }
func (*Grant) template() string           { return "grant" }
func (*Insert) template() string          { return "insert" }
func (*SetSequence) template() string     { return "set_sequence" }
func (*Refresh) template() string         { return "refresh" }
func (*Raw) template() string             { return "raw" }

// A statement embeds a manifest.DatabaseObject but isn't one: these methods hide the
// embedded one.

func (AddColumns) Declaration()      {}
func (AddConstraints) Declaration()  {}
func (AddEnumValue) Declaration()    {}
func (AlterRole) Declaration()       {}
func (CreateEnum) Declaration()      {}
func (CreateExtension) Declaration() {}
func (CreateFunction) Declaration()  {}
func (CreateRole) Declaration()      {}
func (CreateSchema) Declaration()    {}
func (CreateTable) Declaration()     {}
func (CreateTrigger) Declaration()   {}
func (CreateView) Declaration()      {}
func (Grant) Declaration()           {}
func (Raw) Declaration()             {}
func (Refresh) Declaration()         {}
func (UpdateExtension) Declaration() {}

// DoOp is an op that is a DO statement: its template is the statement's body.
type DoOp interface {
	Op
	do()
}

func (*CreateEnum) do()     {}
func (*CreateRole) do()     {}
func (*AddConstraints) do() {}
func (*SetSequence) do()    {}

// Constraint is a constraint of a table, with its name.
type Constraint struct {
	Kind       string // primary key | unique | check | foreign key
	Name       string
	Columns    []string
	Check      *manifest.CheckConstraint
	ForeignKey *manifest.ForeignKey
	Range      hcl.Range
}
