// Package sql renders a database of the manifest as init-db.sql: plain SQL that may
// be applied repeatedly, to a new volume and to one that already contains an older
// version of the schema.
//
// The file is applied by
//
//	psql -X -q -v ON_ERROR_STOP=1 -U USER -d DBNAME -f - <init-db.sql
//
// or by the official image's entrypoint from /docker-entrypoint-initdb.d. It
// needs no psql variable and no meta-command. Everything except enum types and raw
// SQL with transaction = false runs in one transaction, so that a failed run changes
// nothing. It never drops anything.
//
// The file contains no passwords: it creates roles without one, and deploy.sh sets
// them afterwards (planner/deployment/docker/psql).
package sql
