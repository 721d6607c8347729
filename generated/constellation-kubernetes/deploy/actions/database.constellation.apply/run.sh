#!/bin/sh
# from database.constellation
set -e
sh deploy/schema.sh apply service/database constellation constellation 5432 init-db.sql

# the roles' passwords, through standard input
$KUBECTL get secret postgres-password -o name >/dev/null
$KUBECTL get secret constellation-password -o name >/dev/null
$KUBECTL get secret federation-password -o name >/dev/null
{
    cat <<'SQL'
\set ECHO none
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
\prompt password
SQL
    $KUBECTL get secret postgres-password -o 'go-template={{index .data "postgres_password" | base64decode}}'
    echo
    cat <<'SQL'
ALTER ROLE constellation PASSWORD :'password';
\unset password
\prompt password
SQL
    $KUBECTL get secret constellation-password -o 'go-template={{index .data "constellation_password" | base64decode}}'
    echo
    cat <<'SQL'
ALTER ROLE constellation_app PASSWORD :'password';
\unset password
\prompt password
SQL
    $KUBECTL get secret federation-password -o 'go-template={{index .data "federation_password" | base64decode}}'
    echo
    cat <<'SQL'
ALTER ROLE constellation_federation PASSWORD :'password';
\unset password
COMMIT;
SQL
} | $KUBECTL exec -i service/database -- psql -X -q -v 'ON_ERROR_STOP=1' -U constellation -d constellation -f -
