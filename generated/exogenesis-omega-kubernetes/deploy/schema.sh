#!/bin/sh
# Makes the schema of a live PostgreSQL database that of init-db.sql. The same in every kit.
#
#   schema.sh apply CONTAINER USER DATABASE PORT FILE   change what differs
#   schema.sh plan  CONTAINER USER DATABASE PORT FILE   print what would be changed, and the statements
#
# PostgreSQL itself compares: FILE is run in a scratch database, in a transaction that is rolled back,
# and the catalogs of both databases are compared by schema.sql. Exit status: 0 done, 1 refused or failed,
# 3 the server can't be reached, or a scratch database can't be made.
set -eu
umask 077
command=$1 container=$2 user=$3 database=$4 port=$5 file=$6
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
place=$folder/../.omegagen
[ -d "$place" ] && [ -w "$place" ] || place=${TMPDIR:-/tmp}
for work in "$place"/omegagen-schema.*.*; do # a killed run has left its folder
    work_pid=${work##*/omegagen-schema.}
    kill -0 "${work_pid%%.*}" 2>/dev/null || rm -rf "$work" 2>/dev/null || :
done
work=$(mktemp -d "$place/omegagen-schema.$$.XXXXXX")
scratch=omegagen_scratch_$(printf %s "$database" | cksum | tr ' ' _)_$$
scratch_made='' watcher=''

say() { printf '%s\n' "$*"; }

run_psql() { # DATABASE: runs what standard input holds
    $KUBECTL exec -i "$container" -- psql -X -q -A -t -v ON_ERROR_STOP=1 -p "$port" -U "$user" -d "$1" -f -
}

sql_literal() { # TEXT: prints it as a literal
    printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"
}

end() {
    [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
    [ -z "$scratch_made" ] || drop_scratch >/dev/null 2>&1 || :
    rm -rf "$work"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Psql failed: prints what is in $work/error, and ends. HEAD lines of its input came before those of FILE, or FILE isn't in it.
give_up() { # [HEAD]
    awk -v head="${1-}" -v file="$file" '
        /^LOCATION: / { next }
        match($0, /^psql:<stdin>:[0-9]+: /) {
            at = substr($0, 14, RLENGTH - 15) - head
            $0 = (head != "" && at > 0 ? file ":" at ": " : "") substr($0, RLENGTH + 1)
        }
        { print }
    ' "$work/error" >&2
    if grep -q -e 'ERROR: ' "$work/error" && ! grep -q 'FATAL: *57P0' "$work/error"; then give_up=1; else give_up=3; fi
    [ "$give_up" = 1 ] || say 'The connection to the server was lost, or never made.' >&2
    exit "$give_up"
}

whole() { # FILE: did psql write all of it? A full disk cuts it short, and psql says nothing.
    [ "$(tail -n 1 "$1")" = complete ] || {
        say "The output of psql was cut short in $work: is the disk full?" >&2
        exit 1
    }
    sed '$d' "$1" >"$1.whole" && mv "$1.whole" "$1"
}

drop_scratch() {
    printf 'DROP DATABASE IF EXISTS %s WITH (FORCE);\n' "$scratch" | run_psql "$database"
}

# The sections of FILE, told by their headings: the lines of one kind, for one use of them. Each line of FILE is a
# line here, if only an empty one, so that psql counts as FILE does; not so for permits.
sections() { # model | before | after | outside | permits
    awk -v want="$1" '
        function section(use, is_raw) {
            line = close_raw()
            printing = index(use, want) > 0
            if (printing && is_raw && want == "model") { line = line "TRUNCATE pg_temp.omegagen_before; INSERT INTO pg_temp.omegagen_before SELECT kind, name FROM pg_temp.catalog();"; raw = 1 }
            if (want != "permits") print line
        }
        function close_raw() {
            if (!raw) return ""
            raw = 0
            return "; INSERT INTO pg_temp.omegagen_base SELECT kind, name FROM pg_temp.catalog() c WHERE NOT EXISTS (SELECT FROM pg_temp.omegagen_before b WHERE b.kind = c.kind AND b.name = c.name) ON CONFLICT DO NOTHING; "
        }
        BEGIN { printing = want == "model" }
        $0 == "-- One transaction from here" { section("", 0); next }
        $0 == "-- End of the transaction" { section("", 0); next }
        $0 == "-- Outside the transaction" { section("outside", 0); next }
        $0 == "-- Schemas" || $0 == "-- Extensions" { section("model before", 0); next }
        $0 == "-- Roles (deploy.sh sets their passwords)" { section("model before", 0); next }
        $0 == "-- Raw SQL after extensions" { section("model before", 1); next }
        /^-- Raw SQL after (tables|functions|triggers|views|grants|seeds)$/ { section("model after", 1); next }
        $0 == "-- Rows" || $0 == "-- Refresh of materialized views, with the rows above" { section("after", 0); next }
        /^-- (Types \(outside the transaction, because a new value can be used only after it is committed\)|Functions that (tables|indexes) use|Tables|Columns that are missing in tables of an older kit|Constraints that are missing in tables of an older kit|Indexes|Functions and views|Triggers|Comments|Grants)$/ { section("model", 0); next }
        $0 == "-- Permits (deploy/schema.sql reads them)" { section("permits", 0); next }
        want == "permits" { if (printing && sub(/^-- /, "") && $0 ~ /^\{/) print; next }
        { print printing ? $0 : "" }
        END { print close_raw() }
    ' "$file"
}

has_statements() { grep -qv -e '^ *$' -e '^-- ' "$1"; } # FILE

settings() { sed -n '/^SET /p; /^SET search_path /q' "$file"; } # as FILE begins

make_model() { # writes the catalog of the model to $work/model
    {
        cat <<'SQL'
\set VERBOSITY verbose
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', datname) FROM pg_database d
WHERE datname LIKE :'leftover' AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid) \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', :'scratch', pg_encoding_to_char(encoding), datcollate, datctype)
    || CASE to_jsonb(d)->>'datlocprovider' WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'))
                                           WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d)->>'datlocale') ELSE '' END
FROM pg_database d WHERE datname = current_database() \gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %I; CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I VERSION %L CASCADE;', nspname, extname, nspname, extversion)
FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql' ORDER BY pg_extension.oid;
SELECT 'complete';
SQL
    } >"$work/create.sql"
    {
        printf '\\set scratch %s\n\\set leftover %s\n' "$(sql_literal "$scratch")" "$(sql_literal "omegagen\\\\_scratch\\\\_$(printf %s "$database" | cksum | tr ' ' _)\\\\_%")"
        cat "$work/create.sql"
    } | run_psql "$database" >"$work/extensions" 2>"$work/error" || {
        if grep -q '42501' "$work/error"; then
            say "The role $user cannot make a scratch database, in which the model is compared." >&2
            say "Permit it: ALTER ROLE \"$user\" CREATEDB;" >&2
        else
            (give_up) || :
        fi
        exit 3
    }
    scratch_made=1
    whole "$work/extensions"
    {
        sed '/^-- The comparison[.] /,$d' "$folder/schema.sql"
        printf "SET omegagen.database = %s;\n" "$(sql_literal "$database")"
        echo 'BEGIN;'
        while IFS= read -r extension; do # what can't be made again here isn't compared
            printf 'SAVEPOINT one;\n\\set ON_ERROR_STOP off\n%s\n\\if :ERROR\nROLLBACK TO one;\n\\endif\n\\set ON_ERROR_STOP on\nRELEASE one;\n' "$extension"
        done <"$work/extensions"
        # What all databases share is there already, and so are grants on this one: without them the model shows which it makes.
        cat <<'SQL'
CREATE TEMP TABLE omegagen_base (kind text, name text, PRIMARY KEY (kind, name));
CREATE TEMP TABLE omegagen_before (kind text, name text);
SELECT format('REVOKE ALL ON DATABASE %I FROM %I', datname, pg_get_userbyid(grantee)) FROM (SELECT DISTINCT d.datname, x.grantee FROM pg_database d, aclexplode(d.datacl) x
WHERE d.datname = current_setting('omegagen.database') AND x.grantee NOT IN (0, d.datdba)) s \gexec
SELECT format('REVOKE %I FROM %I', def->>'group', def->>'member') FROM pg_temp.catalog() WHERE kind = 'member' ORDER BY name \gexec
INSERT INTO pg_temp.omegagen_base SELECT kind, name FROM pg_temp.catalog();
\o /dev/null
SQL
    } >"$work/model.sql"
    head=$(wc -l <"$work/model.sql")
    {
        sections model
        cat <<'SQL'
\o
SET LOCAL search_path = '';
SELECT pg_catalog.jsonb_build_object('kind', kind, 'name', name, 'ord', ord, 'def', def) FROM pg_temp.catalog() c
WHERE NOT EXISTS (SELECT FROM pg_temp.omegagen_base b WHERE b.kind = c.kind AND b.name = c.name) ORDER BY ord, kind, name;
ROLLBACK;
SELECT 'complete';
SQL
    } >>"$work/model.sql"
    run_psql "$scratch" <"$work/model.sql" >"$work/model" 2>"$work/error" || {
        say "$file cannot be run in a scratch database:" >&2
        give_up "$head"
    }
    whole "$work/model"
    drop_scratch >/dev/null
    scratch_made=''
}

session() { # plan | run | record: the statements of a session on the live database
    cat "$folder/schema.sql"
    cat <<'SQL'
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
CREATE TEMP TABLE omegagen_lines (line text);
COPY pg_temp.omegagen_lines FROM STDIN WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02');
SQL
    cat "$work/model"
    printf '\\.\nINSERT INTO model SELECT line::jsonb->>%s, line::jsonb->>%s, (line::jsonb->>%s)::bigint, line::jsonb->%s FROM omegagen_lines;\nTRUNCATE pg_temp.omegagen_lines;\n' "'kind'" "'name'" "'ord'" "'def'"
    printf 'COPY pg_temp.omegagen_lines FROM STDIN WITH (FORMAT csv, QUOTE E%s, DELIMITER E%s);\n' "'\\x01'" "'\\x02'"
    sections permits
    printf '\\.\nINSERT INTO consent SELECT line::jsonb FROM omegagen_lines;\n'
    case $1 in
        record) echo "SELECT pg_temp.prepare() \\g /dev/null
SELECT pg_temp.remember() \\g /dev/null" ;;
        plan) echo "SELECT pg_temp.compare() \\g /dev/null
SELECT pg_temp.report();
SELECT 'complete';" ;;
        run)
            echo 'COPY pg_temp.source (line) FROM STDIN;'
            sed 's/\\/\\\\/g' "$file" | tr '\t\r' '  '
            printf '\\.\n'
            echo "SELECT pg_catalog.pg_advisory_lock(7237128, 1) \\g /dev/null
SELECT pg_temp.compare() \\g /dev/null
SELECT pg_temp.report_refused() \\g /dev/null
SELECT pg_temp.prepare() \\g /dev/null
SELECT * FROM pg_temp.statements() \\gexec
SELECT pg_temp.remember() \\g /dev/null
SELECT 'complete';" ;;
    esac
}

watch() { # prints for whom a statement of ours waits
    watch_last=''
    while sleep 2; do
        watch_now=$(run_psql "$database" 2>/dev/null <<'SQL'
SELECT string_agg(format('process %s of user %s (%s), in a transaction for %s s', b.pid, b.usename, coalesce(nullif(b.application_name, ''), 'no name'), round(extract(epoch FROM now() - b.xact_start))), '; ' ORDER BY b.pid)
FROM pg_stat_activity a LEFT JOIN pg_stat_progress_create_index p ON p.pid = a.pid
JOIN pg_stat_activity b ON b.pid = ANY (pg_blocking_pids(a.pid)) OR b.pid = p.current_locker_pid
WHERE a.application_name = 'omegagen schema' AND a.datname = current_database() AND a.pid <> pg_backend_pid();
SQL
        ) || continue
        watch_who=$(printf %s "$watch_now" | sed 's/, in a transaction for [0-9-]* s//g')
        [ -z "$watch_now" ] || [ "$watch_who" = "$watch_last" ] || say "  waits for $watch_now"
        watch_last=$watch_who
    done
}

change() { # makes the steps, again and again while a lock isn't free
    watch &
    watcher=$!
    pause=1 waited=0
    while :; do
        session run >"$work/run.sql"
        if run_psql "$database" <"$work/run.sql" >"$work/out" 2>"$work/error"; then
            sed -n 's/^done: /done: /p' "$work/out"
            whole "$work/out"
            grep -q '^more$' "$work/out" || break
            continue
        fi
        sed -n 's/^done: /done: /p' "$work/out"
        if grep -q "ERROR: *P0001: refused" "$work/error"; then
            say 'The schema is not changed. First:' >&2
            sed -n '/^DETAIL: /,/^CONTEXT: /p' "$work/error" | sed '/^CONTEXT: /d; s/^DETAIL:  //; s/^/  - /' >&2
            exit 1
        fi
        if grep -q '55P03' "$work/error" && [ "$waited" -lt 600 ]; then
            [ "$waited" != 0 ] || say 'A lock is not free; trying again.'
            sleep "$pause"
            waited=$((waited + pause)) pause=$((pause * 2))
            [ "$pause" -le 15 ] || pause=15
            continue
        fi
        awk -v file="$file" '
            /^now: / { what = substr($0, 6); at = ""; statement = ""; next }
            /^at: / { at = ":" substr($0, 5); next }
            /^sql: / { statement = statement "\n    " substr($0, 6); next }
            /^done: / { what = "" }
            END { if (what != "") printf "%s%s: failed: %s%s\n", file, at, what, statement }
        ' "$work/out" >&2
        (give_up) || failure=$?
        say 'The steps before it are done; the next run continues.' >&2
        exit "$failure"
    done
    { kill "$watcher" && wait "$watcher"; } 2>/dev/null || :
    watcher=''
}

run_sections() { # before | after: runs the sections of FILE that are for it, in a transaction; outside: without one
    { settings; [ "$1" = outside ] || echo 'BEGIN;'; } >"$work/part.sql"
    head=$(wc -l <"$work/part.sql")
    cat "$work/$1" >>"$work/part.sql"
    [ "$1" = outside ] || echo 'COMMIT;' >>"$work/part.sql"
    run_psql "$database" <"$work/part.sql" >/dev/null 2>"$work/error" || give_up "$head"
}

make_model
session plan >"$work/plan.sql"
run_psql "$database" <"$work/plan.sql" >"$work/plan" 2>"$work/error" || give_up
whole "$work/plan"
if [ "$command" = plan ]; then
    if grep -q '^state empty$' "$work/plan"; then say "The database has none of the declared objects: $file is run as it is."; fi
    sed -n 's/^refused: /refused: /p; s/^rows: /refused: /p; s/^stays: /stays: /p; s/^touched: /touched: /p; s/^step: /  /p' "$work/plan"
    grep -q -e '^step: ' -e '^refused: ' -e '^rows: ' "$work/plan" || say 'Nothing to change.'
    sed -n '/^statements$/,$p' "$work/plan" | sed 1d
    if grep -q -e '^refused: ' -e '^rows: ' "$work/plan"; then exit 1; fi
    exit
fi
if grep -q '^state empty$' "$work/plan"; then
    run_psql "$database" <"$file" 2>"$work/error" || give_up 0
    session record >"$work/record.sql"
    run_psql "$database" <"$work/record.sql" >/dev/null 2>"$work/error" || give_up
    say "The database had none of the declared objects: $file was run as it is."
    exit 0
fi
# Raw SQL that runs first may change rows so that they fit; everything else is refused before it.
sections before >"$work/before"
if grep -q '^-- from sql' "$work/before"; then rows=refused; else rows=rows; fi
if grep -e '^refused: ' -e "^$rows: " "$work/plan" >"$work/refused"; then
    say 'The schema is not changed. First:' >&2
    sed 's/^[a-z]*: /  - /' "$work/refused" >&2
    exit 1
fi
sed -n 's/^stays: /stays: /p; s/^touched: /touched: /p; s/^step: /  /p' "$work/plan"
grep -q '^step: ' "$work/plan" || say 'Nothing to change.'
! has_statements "$work/before" || run_sections before
if grep -q -e '^step: ' -e '^rows: ' -e '^state unrecorded$' "$work/plan" || grep -q '^-- from sql' "$work/before"; then
    change
fi
for use in after outside; do
    sections "$use" >"$work/$use"
    ! has_statements "$work/$use" || run_sections "$use"
done
