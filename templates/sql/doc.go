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
// The file holds no password: it creates roles without one. deploy.sh sets them
// after it (planner/deployment/docker/psql).
package sql
