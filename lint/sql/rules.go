// Package sql holds an init-db.sql against PostgreSQL's own parser and against
// the model that it was rendered from, and what the manifest says in SQL
// against the schema that the manifest declares.
//
// The parser is pg_query (the server's, as a C library) or, in a build without
// cgo, the same compiled to WebAssembly.
package sql

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleSyntax = diag.Error("OG610", "Invalid SQL",
		"SQL in a manifest is parsed by PostgreSQL's own parser, in its place: an expression must be one expression, a query one query.").AboutText()
	ruleTooDeep = diag.Error("OG611", "SQL nested too deeply",
		"The parser's stack is finite, so the nesting of one statement is bounded.").AboutText()
	ruleControl = diag.Error("OG612", "Statement that can't be applied",
		"init-db.sql is applied in one transaction and from standard input: statements that end the transaction, can't run in one, or read their data from standard input have no place in it.")
	ruleColumnUnknown = diag.Error("OG613", "Unknown column",
		"Keys, indexes, seeds and statements name columns that their tables have.")
	ruleTableUnknown = diag.Error("OG614", "Unknown table",
		"Statements read and write tables and views of the schema, of its extensions, or of the system catalogs.")
	ruleDuplicate = diag.Error("OG615", "Name used twice in a schema",
		"Tables, views, indexes and the keys' indexes share one namespace in each schema.")
	ruleForeignKey = diag.Error("OG616", "Foreign key that doesn't match",
		"A foreign key has as many columns as the key that it refers to, of the same types, and that is a primary key or unique.")
	ruleNotNull = diag.Error("OG617", "Row without a required column",
		"A row must give every column that may not be null and has no default.")
	ruleConflict = diag.Error("OG618", "Conflict without a key",
		"ON CONFLICT needs a primary key, a unique key or a unique index of just these columns.")
	ruleExtension = diag.Error("OG619", "Type of an undeclared extension",
		"A type that an extension brings exists only where the database declares the extension.")
	ruleFunction = diag.Error("OG634", "Unknown function",
		"SQL calls functions of the server, of declared extensions, or of the database itself.")
	ruleType = diag.Error("OG635", "Unknown type",
		"SQL names types of the server, of declared extensions, or of the database itself.")
	ruleServer = diag.Warning("OG636", "Database that the server doesn't make",
		"On a new volume the official image makes the role POSTGRES_USER (postgres) and the database POSTGRES_DB (named like the role); the schema is applied to a database that is there, by a role that is there.")
	ruleTriggerFunction = diag.Error("OG620", "Function that no trigger can call",
		"A trigger's function returns trigger and takes no arguments; views have only instead-of triggers per row, tables none.")
	ruleRole = diag.Error("OG621", "Unknown role",
		"Grants go to roles of the database, to the role that applies the schema, to predefined roles (pg_…) or to public.")
	ruleOwnRole = diag.Error("OG622", "Role that applies the schema is redefined",
		"The role that applies the schema exists before it, with the server's own password and privileges.")
	ruleDistance = diag.Warning("OG623", "Nearest-neighbour query without an index",
		"A query that orders by distance reads the whole table unless there is an index for its operator: vector_l2_ops for <->, vector_cosine_ops for <=>, vector_ip_ops for <#>, vector_l1_ops for <+>.")
	ruleOnce = diag.Warning("OG624", "Random value computed once",
		"A sub-select that doesn't refer to the row is computed once for the whole statement, so that all rows get the same value.")
	ruleColumnInDefault = diag.Error("OG625", "Column in a default",
		"A default can't refer to columns. Text stands in single quotes.")
	ruleSuperuser = diag.Warning("OG626", "Service that connects as a superuser",
		"The role that applies the schema may do anything; a service should connect as a role of its own, which has only the privileges that it needs.")
	ruleDefiner = diag.Warning("OG627", "Security definer without a search path",
		"A function that runs with its owner's privileges looks names up in the caller's search path, which lets the caller replace what it calls.")
	ruleSequence = diag.Warning("OG628", "Insert without the sequence",
		"A serial column takes its value from a sequence, which needs a privilege of its own.")
	ruleParams = diag.Error("OG629", "Wrong number of parameters",
		"The parameters of a query are numbered from $1 without gaps.")
	ruleTwice = diag.Error("OG630", "Row given twice",
		"No two rows of a seed may have the same key.")
	ruleRowType = diag.Error("OG631", "Value of the wrong type",
		"A value of a row must fit its column.")
	ruleRepeat = diag.Warning("OG633", "SQL that can't be applied twice",
		"init-db.sql is applied at every deployment, so SQL as written must be repeatable: IF NOT EXISTS, OR REPLACE, ON CONFLICT.")
	ruleBug = diag.Error("OG905", "Generated SQL differs from its model",
		"The file is parsed by PostgreSQL's parser, and every statement must be what the manifest says. This is a bug of omegagen.").In(diag.StageOutput)
	ruleView = diag.Error("OG632", "View that reads itself",
		"Views are made one after the other, so none can read one that needs it in turn.")
)
