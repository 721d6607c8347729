//go:build cgo && !purego

package sql

import (
	"errors"

	pg "github.com/pganalyze/pg_query_go/v6"
	"github.com/pganalyze/pg_query_go/v6/parser"
)

func parseTree(text string) (*pg.ParseResult, error) { return pg.Parse(text) }
func parsePlpgsql(function string) (string, error)   { return pg.ParsePlPgSqlToJSON(function) }

// position is the character, counted from 1, of an error; 0 if unknown.
func position(err error) int {
	var e *parser.Error
	if errors.As(err, &e) {
		return e.Cursorpos
	}
	return 0
}
