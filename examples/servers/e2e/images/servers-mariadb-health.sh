#!/bin/bash
# The official MariaDB image's tests of health, those that are named: it takes
# connections by TCP, and InnoDB has come up.
set -eu
ask() {
	mariadb --defaults-extra-file=/var/lib/mysql/.my-healthcheck.cnf --skip-ssl-verify-server-cert --host=127.0.0.1 --batch --skip-column-names --execute="$1"
}
for test; do
	case $test in
	--connect) [ "$(ask 'SELECT 1')" = 1 ] ;;
	--innodb_initialized) [ "$(ask "SELECT 1 FROM information_schema.ENGINES WHERE engine = 'innodb' AND support IN ('YES', 'DEFAULT')")" = 1 ] ;;
	*)
		echo "healthcheck.sh: no test $test" >&2
		exit 1
		;;
	esac
done
