package psql

import (
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
)

// makeLogins makes the two logins of a role with a user. Their sessions run as the role, so that what they
// create belongs to it, and have the settings of the role (ALTER ROLE … SET), which otherwise count only for who
// logs in as the role. It is a transaction of its own, since it changes settings of its session.
const makeLogins = `
DECLARE
    owner name := OWNER;
    login name;
    replicates text := (SELECT CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END FROM pg_roles WHERE rolname = owner);
    stored record;
BEGIN
    FOREACH login IN ARRAY ARRAY[FIRST, SECOND]::name[] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
            EXECUTE format('CREATE ROLE %I', login);
        END IF;
        IF NOT pg_has_role(login, owner, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', owner, login);
        END IF;
        EXECUTE format('ALTER ROLE %I INHERIT %s', login, replicates);
        FOR stored IN
            SELECT coalesce(' IN DATABASE ' || quote_ident(d.datname), '') AS place FROM pg_db_role_setting s
            LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE s.setrole = (SELECT oid FROM pg_roles WHERE rolname = login)
        LOOP
            EXECUTE format('ALTER ROLE %I%s RESET ALL', login, stored.place);
        END LOOP;
        FOR stored IN
            SELECT coalesce(' IN DATABASE ' || quote_ident(d.datname), '') AS place, split_part(c, '=', 1) AS setting, substr(c, strpos(c, '=') + 1) AS value
            FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS c
            LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE s.setrole = (SELECT oid FROM pg_roles WHERE rolname = owner)
        LOOP
            BEGIN
                PERFORM set_config(stored.setting, stored.value, true);
                EXECUTE format('ALTER ROLE %I%s SET %I FROM CURRENT', login, stored.place, stored.setting);
            EXCEPTION WHEN OTHERS THEN
                RAISE WARNING 'The setting % of the role % is not that of its login %: %', stored.setting, owner, login, SQLERRM;
            END;
        END LOOP;
        EXECUTE format('ALTER ROLE %I SET role = %L', login, owner);
    END LOOP;
END
`

// loginPassword sets the password of the login that was read; a name that isn't one of the two is refused.
const loginPassword = `SELECT :'login' IN (FIRST, SECOND) AS known \gset
\if :known
ALTER ROLE :"login" LOGIN PASSWORD :'password';
\else
DO $$ BEGIN RAISE EXCEPTION 'The user of a role names none of its logins.'; END $$;
\endif
\unset login
\unset password
`

// named are texts with the names of a role and its logins; not ok if they can't be quoted, which Render
// reports.
func named(r *manifest.Role) (logins, password string, ok bool) {
	names := r.Logins()
	var quoted [3]string
	for i, name := range []string{r.Name, names[0], names[1]} {
		text, err := quote.SQLLiteral(name)
		if err != nil {
			return "", "", false
		}
		quoted[i] = text
	}
	replace := strings.NewReplacer("OWNER", quoted[0], "FIRST", quoted[1], "SECOND", quoted[2])
	body, err := quote.SQLDollar(replace.Replace(makeLogins))
	return "DO " + body + ";\n", replace.Replace(loginPassword), err == nil
}

// prompts read the secrets of a role with a user.
func prompts(r *manifest.Role, text string) []Part {
	return []Part{{Text: text + "\\prompt login\n"}, {Secret: r.User}, {Text: "\\prompt password\n"}, {Secret: r.Password}}
}

// Login returns the psql script that sets the password of the login that the role's user names, before services get
// to know it. In a server that doesn't have the role yet it does nothing. It is run like that of Passwords.
func Login(r *manifest.Role) []Part {
	name, err := quote.SQLLiteral(r.Name)
	logins, password, ok := named(r)
	if err != nil || !ok {
		return nil
	}
	return append(prompts(r, head), Part{Text: "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = " + name + ") AS made \\gset\n\\if :made\n" +
		logins + passwordsHead + password + "COMMIT;\n\\endif\n"})
}

// Retire returns the psql script after which only the login that the role's user names can log in. The other one,
// and the role itself, which may have logged in before it had a user, lose their passwords.
func Retire(r *manifest.Role) []Part {
	names := r.Logins()
	var list []string
	for _, name := range []string{r.Name, names[0], names[1]} {
		text, err := quote.SQLLiteral(name)
		if err != nil {
			return nil
		}
		list = append(list, text)
	}
	return []Part{{Text: head + "\\prompt login\n"}, {Secret: r.User},
		{Text: "SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles\nWHERE rolname IN (" + strings.Join(list, ", ") +
			") AND rolname <> :'login' AND rolcanlogin \\gexec\n"}}
}
