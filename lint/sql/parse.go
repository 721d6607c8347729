package sql

import (
	"fmt"
	"strings"
	"unicode/utf8"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/templates/sql"
)

// failure is why a text didn't parse.
type failure struct {
	message      string
	line, column int // in the text, from 1; 0 if unknown
	deep         bool
}

// parse parses statements. It never panics, and never passes text to the parser
// that would overflow its stack.
func parse(text string) (stmts []*pg.RawStmt, fail *failure) {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return nil, &failure{message: "it contains the character U+0000"}
	case !utf8.ValidString(text):
		return nil, &failure{message: "it isn't valid UTF-8"}
	case tooDeep(text):
		return nil, &failure{message: "it is nested too deeply", deep: true}
	}
	defer func() {
		if r := recover(); r != nil {
			stmts, fail = nil, &failure{message: fmt.Sprint(r)}
		}
	}()
	tree, err := parseTree(text)
	if err != nil {
		return nil, failed(err, text)
	}
	return tree.GetStmts(), nil
}

func failed(err error, text string) *failure {
	f := &failure{message: err.Error()}
	if strings.HasPrefix(f.message, "proto:") {
		return &failure{message: "it is nested too deeply", deep: true}
	}
	if at := position(err); at > 0 {
		f.line, f.column = lineOf(text, at)
	}
	return f
}

// lineOf finds the line and column of a character, counted from 1.
func lineOf(text string, char int) (line, column int) {
	line, column = 1, 1
	for _, r := range text {
		if char--; char == 0 {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

// maxOpen limits the nesting of tokens: no handwritten statement comes near it,
// and it is far below the parser's stack limit in both builds. Beyond that
// limit, the C library crashes the process, and the WebAssembly one returns
// wrong results from then on.
const maxOpen = 1500

// level is what is open at one level of parentheses.
type level struct {
	open  int // tokens since the last comma, AND or OR, which don't nest
	chain int // joins, set operations and CASEs, which nest over those
}

// tooDeep computes an upper bound of the parse tree's depth without parsing.
func tooDeep(text string) bool {
	levels := []level{{}}
	total := 0
	sql.EachToken(text, func(t string) bool {
		top := &levels[len(levels)-1]
		before := top.open + top.chain
		switch t {
		case "(", "[":
			top.open++
			levels = append(levels, level{})
			total++
			return total <= maxOpen
		case ")", "]":
			if len(levels) > 1 {
				total -= before
				levels = levels[:len(levels)-1]
			}
			return true
		case ",", "and", "or":
			top.open = 0
		case ";":
			if len(levels) == 1 {
				*top = level{}
			}
		case "union", "intersect", "except", "join", "case":
			top.chain += 3
		case "end":
			top.chain = max(0, top.chain-3)
		default:
			top.open++
		}
		total += top.open + top.chain - before
		return total <= maxOpen
	})
	return total > maxOpen
}
