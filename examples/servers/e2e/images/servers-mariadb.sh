#!/bin/bash
# What the official MariaDB image does at its start: as root, give the folders
# of data and socket to mysql and go on as mysql; make the data folder's content
# when there is none, with MARIADB_ROOT_PASSWORD, MARIADB_DATABASE, MARIADB_USER and
# MARIADB_PASSWORD (or the files that their _FILE forms name), by a server that
# listens on the socket alone; then run the server.
set -eu
data=/var/lib/mysql
socket=/run/mysqld/mysqld.sock

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

# quoted VALUE: as a string of SQL.
quoted() {
	local value=${1//\\/\\\\}
	printf "'%s'" "${value//\'/\'\'}"
}

# name VALUE: as an identifier of SQL.
name() {
	local tick='`'
	echo "$tick${1//$tick/$tick$tick}$tick"
}

if [ "$1" != mariadbd ]; then
	exec "$@"
fi
for variable in MARIADB_ROOT_PASSWORD MARIADB_DATABASE MARIADB_USER MARIADB_PASSWORD; do
	from_file "$variable"
done
mkdir -p "$data"
if [ "$(id -u)" = 0 ]; then
	find "$data" ! -user mysql -exec chown mysql: {} +
	find "${socket%/*}" -maxdepth 0 ! -user mysql -exec chown mysql: {} +
	exec gosu mysql "$0" "$@"
fi

if [ ! -d "$data/mysql" ]; then
	: "${MARIADB_ROOT_PASSWORD:?MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE must be set}"
	mariadb-install-db --rpm --datadir="$data" --auth-root-authentication-method=normal --skip-test-db --old-mode= >/dev/null
	"$@" --skip-networking --socket="$socket" &
	server=$!
	until mariadb --protocol=socket --socket="$socket" --user=root --execute='SELECT 1' >/dev/null 2>&1; do
		kill -0 "$server"
		sleep 0.2
	done
	health=$(od -A n -t x1 -N 16 /dev/urandom | tr -d ' \n')
	{
		echo "CREATE USER 'root'@'%' IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
		echo "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
		for host in 127.0.0.1 ::1 localhost; do
			echo "CREATE USER 'healthcheck'@'$host' IDENTIFIED BY '$health';"
			echo "GRANT USAGE ON *.* TO 'healthcheck'@'$host';"
		done
		if [ -n "${MARIADB_DATABASE:-}" ]; then
			echo "CREATE DATABASE $(name "$MARIADB_DATABASE");"
		fi
		if [ -n "${MARIADB_USER:-}" ]; then
			echo "CREATE USER $(quoted "$MARIADB_USER")@'%' IDENTIFIED BY $(quoted "$MARIADB_PASSWORD");"
			[ -z "${MARIADB_DATABASE:-}" ] || echo "GRANT ALL ON $(name "$MARIADB_DATABASE").* TO $(quoted "$MARIADB_USER")@'%';"
		fi
		echo "SET PASSWORD FOR 'root'@'localhost' = PASSWORD($(quoted "$MARIADB_ROOT_PASSWORD"));"
	} | mariadb --protocol=socket --socket="$socket" --user=root
	(umask 0077 && printf '[mariadb-client]\nuser=healthcheck\npassword=%s\nsocket=%s\nprotocol=tcp\n' "$health" "$socket" >"$data/.my-healthcheck.cnf")
	kill "$server"
	wait "$server"
fi
unset MARIADB_ROOT_PASSWORD MARIADB_PASSWORD

exec "$@"
