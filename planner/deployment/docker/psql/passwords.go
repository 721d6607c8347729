// Package psql writes what deploy.sh gives psql besides init-db.sql: the script
// that sets the roles' passwords, which that file creates without one. It is
// applied after init-db.sql by
//
//	psql -X -q -v ON_ERROR_STOP=1 -U USER -d DBNAME -f -
//
// The `-f -` is essential: psql then takes the answers of \prompt from the
// same standard input. The script is a list of parts, to be printed one after
// the other to psql's standard input: a Text part verbatim, a Secret part
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
// is in no argument list or environment, psql quotes it as a literal
// (:'password'), whatever its characters, and the script switches the
// server's statement logging off for its transaction. A password is one line;
// an empty one must be refused before psql is started.
package psql

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
)

// Part is one piece of a script for psql's standard input: either text, printed
// verbatim (it ends with a newline), or a secret, printed as its value on one
// line.
type Part struct {
	Text   string
	Secret *manifest.Secret
}

// head begins each script: it prints only what is wrong.
const head = `\set ECHO none
\set VERBOSITY terse
SET client_min_messages = warning;
`

// passwordsHead disables the server's logging during the transaction: its log
// and pg_stat_statements would record the statement with the password. A role
// that can't change these settings continues without.
const passwordsHead = `BEGIN;
DO $$
BEGIN
    PERFORM set_config('log_statement', 'none', true),
            set_config('log_min_duration_statement', '-1', true),
            set_config('log_min_duration_sample', '-1', true),
            set_config('log_min_error_statement', 'panic', true),
            set_config('pg_stat_statements.track_utility', 'off', true);
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$;
`

// Passwords returns the psql script that sets the passwords of db's roles, in
// the roles' order, after that of the role that applies the schema, if the server has set it from
// a secret; or nil if no role has one. The package comment says how to
// run it. A text part contains only ASCII letters, quotes, newlines and quoted
// role names; it may be put into a quoted here-document.
func Passwords(db *manifest.Database) []Part {
	var parts []Part
	logins, text := "", passwordsHead
	add := func(role string, secret *manifest.Secret) {
		name, err := quote.SQLIdent(role)
		if err != nil {
			return // Render reports names that can't be quoted
		}
		parts = append(parts,
			Part{Text: text + "\\prompt password\n"},
			Part{Secret: secret})
		text = "ALTER ROLE " + name + " PASSWORD :'password';\n\\unset password\n"
	}
	if own := db.OwnPassword(); own != nil {
		add(db.User, own)
	}
	for _, r := range db.Roles {
		switch made, password, ok := named(r); {
		case r.Password == nil:
		case r.User == nil:
			add(r.Name, r.Password)
		case ok:
			logins += made
			parts = append(parts, prompts(r, text)...)
			text = password
		}
	}
	if parts == nil {
		return nil
	}
	parts[0].Text = head + logins + parts[0].Text
	return append(parts, Part{Text: text + "COMMIT;\n"})
}
