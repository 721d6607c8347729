//go:build !cgo || purego

package sql

import (
	"errors"

	pg "github.com/pganalyze/pg_query_go/v6"
	wasm "github.com/wasilibs/go-pgquery"
	"github.com/wasilibs/go-pgquery/parser"
)

func parseTree(text string) (*pg.ParseResult, error) { return wasm.Parse(text) }
func parsePlpgsql(function string) (string, error)   { return wasm.ParsePlPgSqlToJSON(function) }

// position is the character, counted from 1, of an error; 0 if unknown.
func position(err error) int {
	var e *parser.Error
	if errors.As(err, &e) {
		return e.Cursorpos
	}
	return 0
}
