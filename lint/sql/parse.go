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
	line, column int // in the text, from 1; 0 where not known
	deep         bool
}

// parse parses statements. It never panics, and never hands the parser what
// would overflow its stack.
func parse(text string) (stmts []*pg.RawStmt, fail *failure) {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return nil, &failure{message: "it holds the character U+0000"}
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

// maxOpen bounds the tokens that may be open at once: a limit that no
// statement written by hand comes near, and at which the parser's stack (a
// few frames a token) is far from its end in both builds.
const maxOpen = 4000

// tooDeep bounds the depth of the parse tree from above without parsing: on
// every level of parentheses all tokens since the last comma may be nested in
// each other; set operations are, over commas too.
func tooDeep(text string) bool {
	type level struct{ open, sets int }
	levels := []level{{}}
	total := 0
	for _, t := range sql.Tokens(text) {
		top := &levels[len(levels)-1]
		switch t {
		case "(", "[":
			top.open++
			total++
			levels = append(levels, level{})
		case ")", "]":
			if len(levels) > 1 {
				total -= top.open + top.sets
				levels = levels[:len(levels)-1]
			}
		case ",":
			total -= top.open
			top.open = 0
		case ";":
			if len(levels) == 1 {
				total, *top = 0, level{}
			}
		case "union", "intersect", "except":
			top.sets += 3
			total += 3
		default:
			top.open++
			total++
		}
		if total > maxOpen {
			return true
		}
	}
	return false
}
