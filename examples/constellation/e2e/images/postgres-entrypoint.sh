#!/bin/bash
# What the usual PostgreSQL images do at their start: make the cluster when
# there is none, with POSTGRES_USER, POSTGRES_PASSWORD(_FILE) and POSTGRES_DB, and
# apply /docker-entrypoint-initdb.d to it; then run the server.
set -eu

if [ "$(id -u)" = 0 ]; then
	chown postgres "$PGDATA"
	exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [ "$1" != postgres ] || [ -s "$PGDATA/PG_VERSION" ]; then
	exec "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
password_file=${POSTGRES_PASSWORD_FILE:-}
if [ -z "$password_file" ]; then
	: "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be set}"
	password_file=/dev/fd/3
	exec 3<<<"$POSTGRES_PASSWORD"
fi

initdb --username "$user" --pwfile "$password_file" --encoding UTF8 --auth trust
# From inside the container no password is asked for, from elsewhere one is.
echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"

# Nobody reaches the server by TCP until it is initialised.
pg_ctl start --wait --options "-c listen_addresses=''"
psql=(psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$user" --no-password)
if [ "$database" != postgres ]; then
	"${psql[@]}" --dbname postgres --set "database=$database" <<<'CREATE DATABASE :"database";'
fi
for file in /docker-entrypoint-initdb.d/*; do
	case $file in
	*.sh)
		echo "$file"
		# shellcheck source=/dev/null
		. "$file"
		;;
	*.sql)
		echo "$file"
		"${psql[@]}" --dbname "$database" --file "$file"
		;;
	esac
done
pg_ctl stop --wait --mode fast

exec "$@"
