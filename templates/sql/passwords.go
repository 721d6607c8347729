package sql

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
)

// ScriptPart is one piece of a script for psql's standard input: either text,
// printed as it stands (it ends with a newline), or a secret, printed as its
// value on one line.
type ScriptPart struct {
	Text   string
	Secret *manifest.Secret
}

// passwordsHead quietens the server for the length of the transaction: its
// log and pg_stat_statements would keep the statement with the password. A
// role that may not change these settings goes on without.
const passwordsHead = `\set ECHO none
\set VERBOSITY terse
SET client_min_messages = warning;
BEGIN;
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
// the roles' order, or nil when no role has one. The package comment says how
// to run it. A text part holds only ASCII letters, quotes, newlines and what
// quoting makes of role names; it may be put into a quoted here-document.
func Passwords(db *manifest.Database) []ScriptPart {
	var parts []ScriptPart
	text := passwordsHead
	for _, r := range db.Roles {
		name, err := quote.SQLIdent(r.Name)
		if r.Password == nil || err != nil {
			continue // Render reports names that can't be quoted
		}
		parts = append(parts,
			ScriptPart{Text: text + "\\prompt password\n"},
			ScriptPart{Secret: r.Password})
		text = "ALTER ROLE " + name + " PASSWORD :'password';\n\\unset password\n"
	}
	if parts == nil {
		return nil
	}
	return append(parts, ScriptPart{Text: text + "COMMIT;\n"})
}
