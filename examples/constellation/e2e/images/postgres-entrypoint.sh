#!/bin/bash
# What the official PostgreSQL images do at their start: as root, give the data
# folder to postgres and go on as postgres; make the cluster when there is none,
# with POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB (or the files that
# their _FILE forms name), and apply /docker-entrypoint-initdb.d to it; then run
# the server.
set -eu

# from_file NAME: the variable has what the file has that NAME_FILE names.
from_file() {
	local file=$1_FILE
	if [ -n "${!file:-}" ]; then
		if [ -n "${!1:-}" ]; then
			echo "both $1 and $file are set" >&2
			exit 1
		fi
		export "$1=$(<"${!file}")"
		unset "$file"
	fi
}

if [ "$1" != postgres ]; then
	exec "$@"
fi
for name in POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB; do
	from_file "$name"
done

mkdir -p "$PGDATA" /var/run/postgresql
chmod 0700 "$PGDATA" || true
chmod 3775 /var/run/postgresql || true
if [ "$(id -u)" = 0 ]; then
	find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres {} +
	exec gosu postgres "$0" "$@"
fi
if [ -s "$PGDATA/PG_VERSION" ]; then
	exec "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
: "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be set}"

initdb --username "$user" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --encoding UTF8 --auth trust
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
unset POSTGRES_PASSWORD

exec "$@"
