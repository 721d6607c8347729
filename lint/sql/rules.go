// Package sql checks an init-db.sql with PostgreSQL's own parser against the
// model that it was rendered from, and the SQL in a manifest against the schema
// that the manifest declares.
//
// The parser is pg_query (the server's, as a C library) or, in a build without
// cgo, the same compiled to WebAssembly.
package sql

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleSyntax = diag.Error("OG610", "Invalid SQL",
		"SQL in a manifest is parsed by PostgreSQL's own parser, in context: an expression must be a single expression, a query a single query.").AboutText()
	ruleTooDeep = diag.Error("OG611", "SQL nested too deeply",
		"The parser's stack is limited, so a statement can't nest deeper than a fixed limit.").AboutText()
	ruleControl = diag.Error("OG612", "Unsupported statement",
		"init-db.sql is applied in one transaction and from standard input: statements that end the transaction, can't run inside one, or read data from standard input are not supported.")
	ruleColumnUnknown = diag.Error("OG613", "Unknown column",
		"Keys, indexes, seeds and statements can only name columns that their tables declare.")
	ruleTableUnknown = diag.Error("OG614", "Unknown table",
		"Statements can only use tables and views of the schema, of its extensions, or of the system catalogs.")
	ruleDuplicate = diag.Error("OG615", "Duplicate name in a schema",
		"Tables, views, indexes and the indexes of keys share one namespace in each schema.")
	ruleForeignKey = diag.Error("OG616", "Foreign key mismatch",
		"A foreign key must have as many columns as the key that it refers to, of the same types, and that key must be a primary key or unique.")
	ruleNotNull = diag.Error("OG617", "Missing required column",
		"A row must set every column that is NOT NULL and has no default.")
	ruleConflict = diag.Error("OG618", "Conflict target isn't unique",
		"ON CONFLICT requires a primary key, a unique key or a unique index on exactly these columns.")
	ruleExtension = diag.Error("OG619", "Type of an undeclared extension",
		"A type of an extension exists only if the database declares the extension.")
	ruleFunction = diag.Error("OG634", "Unknown function",
		"SQL can only call functions of the server, of declared extensions, or of the database itself.")
	ruleType = diag.Error("OG635", "Unknown type",
		"SQL can only use types of the server, of declared extensions, or of the database itself.")
	ruleServer = diag.Warning("OG636", "Role or database not created by the server",
		"On a new volume, the official image creates the role POSTGRES_USER (postgres) and the database POSTGRES_DB (default: the role's name); the schema must be applied to an existing database, by an existing role.")
	ruleUsage = diag.Error("OG638", "Grant in a schema without usage",
		"A role needs the privilege USAGE on a schema to reach the objects in it; privileges on these alone are of no use.")
	ruleFormer = diag.Warning("OG639", "New column that old rows cannot have",
		"The kit that was built before has the table without the column. Rows that are there have no value for a column that is NOT NULL and has no default, so the change is refused in a table with rows.")
	ruleNoKey = diag.Error("OG637", "Row without a key",
		"With `conflict` or `update`, a row must set every column of the key by which an existing row is recognized, to a value that is the same in every deployment: not NULL and not an expression.")
	ruleTriggerFunction = diag.Error("OG620", "Invalid trigger function",
		"A trigger's function returns trigger and takes no arguments; on views, triggers must be INSTEAD OF and per row; on tables, INSTEAD OF isn't allowed.")
	ruleRole = diag.Error("OG621", "Unknown role",
		"Grants can only name roles of the database, the role that applies the schema, predefined roles (pg_…) or public.")
	ruleOwnRole = diag.Error("OG622", "Redefined schema owner",
		"The role that applies the schema already exists, with the server's password and privileges.")
	ruleDistance = diag.Warning("OG623", "Nearest-neighbor query without an index",
		"A query that orders by distance scans the whole table unless an index supports its operator: vector_l2_ops for <->, vector_cosine_ops for <=>, vector_ip_ops for <#>, vector_l1_ops for <+>.")
	ruleOnce = diag.Warning("OG624", "Random value computed once",
		"A sub-select that doesn't refer to the outer row is computed once per statement, so all rows get the same value.")
	ruleColumnInDefault = diag.Error("OG625", "Column in a default",
		"A default can't refer to columns. Put text in single quotes.")
	ruleSuperuser = diag.Warning("OG626", "Service that connects as a superuser",
		"The role that applies the schema is unrestricted; a service should connect as its own role, with only the privileges that it needs.")
	ruleDefiner = diag.Warning("OG627", "Security definer without a search path",
		"A function that runs with its owner's privileges resolves names in the caller's search path, so the caller can replace what it calls.")
	ruleSequence = diag.Warning("OG628", "Missing grant on a sequence",
		"A serial column takes its value from a sequence, which requires its own privilege.")
	ruleParams = diag.Error("OG629", "Wrong number of parameters",
		"The parameters of a query must be numbered from $1 without gaps.")
	ruleTwice = diag.Error("OG630", "Duplicate row",
		"No two rows of a seed may have the same key.")
	ruleRowType = diag.Error("OG631", "Value of the wrong type",
		"A value of a row, a default or a text in SQL must fit its type.")
	ruleRepeat = diag.Warning("OG633", "SQL that can't be repeated",
		"init-db.sql is applied at every deployment, so raw SQL must be repeatable: IF NOT EXISTS, OR REPLACE, ON CONFLICT.")
	ruleBug = diag.Error("OG905", "SQL does not round-trip (internal error)",
		"The generated file is parsed by PostgreSQL's parser, and every statement must match the manifest. This is a bug in omegagen.").In(diag.StageOutput)
	ruleTypes = diag.Error("OG640", "Types that don't fit",
		"Functions and operators exist for certain types of arguments, and a value must be convertible to where it is stored. PostgreSQL refuses everything else.")
	ruleIndex = diag.Error("OG641", "Index that PostgreSQL refuses",
		"An index method has its own operator classes, options and limits: with pgvector, a vector has at most 2,000 dimensions in an index, a halfvec 4,000.")
	ruleFrozen = diag.Warning("OG642", "Time that is fixed once",
		"A text such as 'now' or 'today' becomes a time when the table or view is created, so a default always has the time of the first deployment. Functions such as now() are called for each row.")
	ruleImmutable = diag.Error("OG643", "Expression that isn't immutable",
		"Generated columns, indexes and their conditions are computed once and kept, so PostgreSQL accepts only functions and operators that always give the same result for the same arguments.")
	ruleOneRow = diag.Error("OG644", "Expression of more than one row",
		"Defaults, checks, generated columns and indexes see one row: PostgreSQL allows no queries, aggregates or functions that return rows in them.")
	ruleLanguage = diag.Error("OG645", "Unknown language of a function",
		"A function is written in sql or plpgsql, or in a language that a declared extension provides.")
	ruleUnavailable = diag.Error("OG646", "Extension that the image doesn't have",
		"The official images contain PostgreSQL's contributed extensions, and pgvector's image contains vector too. Others need an image that has them.")
	ruleNever = diag.Warning("OG647", "Condition that is never true",
		"x BETWEEN a AND b means x >= a AND x <= b, so it is never true if a is larger than b.")
	ruleNoRow = diag.Error("OG648", "Trigger function without its row",
		"NEW and OLD are rows in triggers per row alone; a trigger per statement has none, so it fails when it sets NEW.")
	ruleTooLate = diag.Warning("OG649", "Change of a row that is already stored",
		"An AFTER trigger runs when the row is stored: what its function assigns to NEW is lost. BEFORE triggers change rows.")
	ruleMember = diag.Error("OG650", "Role that is a member of itself",
		"Roles can't be members of each other in a circle.")
	rulePassword = diag.Error("OG651", "Password of another role",
		"A service that connects as a role needs that role's password.")
	ruleMayNot = diag.Error("OG652", "Query without its privileges",
		"A service's query runs with the privileges of the role that the service connects as. Without a grant, PostgreSQL denies it.")
	ruleNear = diag.Warning("OG653", "Name that is almost another",
		"Raw SQL or an extension may create names that the manifest doesn't show. A name that is one letter away from a known one is probably a typo.")
	ruleView = diag.Error("OG632", "Circular view dependency",
		"Views are created one after the other, so views can't depend on each other in a cycle.")
)
