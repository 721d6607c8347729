// Package sql renders a database of the manifest as init-db.sql: plain SQL
// that may be applied to a new volume and to one that already holds an older
// version of the schema, as often as one likes.
//
// The file is applied by
//
//	psql -X -q -v ON_ERROR_STOP=1 -U USER -d DBNAME -f - <init-db.sql
//
// or by the official image's entrypoint from /docker-entrypoint-initdb.d. It
// needs no psql variable and no meta-command. Everything but enum types and
// raw SQL with transaction = false runs in one transaction, so that a failed
// apply changes nothing. It never drops anything.
//
// # Passwords
//
// The file holds no password: it creates roles without one. Passwords returns
// the script that sets them, to be applied after init-db.sql:
//
//	psql -X -q -v ON_ERROR_STOP=1 -U USER -d DBNAME -f -
//
// The `-f -` is essential: psql then takes the answers of \prompt from the
// same standard input. The script is a list of parts, to be printed one after
// the other to psql's standard input: a Text part as it stands, a Secret part
// as the secret's value on one line (the value without its line end, then one
// newline), such as
//
//	{
//	    cat <<'SQL'
//	…text…
//	SQL
//	    IFS= read -r value <"$secrets/app_password" || [ -n "$value" ]
//	    [ -n "$value" ] || exit 1
//	    printf '%s\n' "$value"
//	    …
//	} | docker compose exec -T database psql …
//
// with printf and read, which are built into every shell. So a password
// stands in no argument list and no environment, psql quotes it as a literal
// (:'password'), whatever its characters, and the script switches the
// server's statement logging off for its transaction. A password is one line;
// an empty one must be refused before psql is started.
package sql
