package rules

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// canFailAny reports whether the exit status of some statement can depend on its
// input. Scripts run with `set -e`, so any of them can end the script.
func canFailAny(list []*syntax.Stmt) bool {
	for _, s := range list {
		if canFail(s, false) {
			return true
		}
	}
	return false
}

func canFail(s *syntax.Stmt, piped bool) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return callCanFail(s, c, piped)
	case *syntax.BinaryCmd:
		switch c.Op {
		case syntax.OrStmt:
			return canFail(c.Y, piped)
		case syntax.AndStmt:
			return canFail(c.X, piped) || canFail(c.Y, piped)
		}
		list := pipeline(s)
		return canFail(list[len(list)-1], true)
	case *syntax.IfClause:
		for ; c != nil; c = c.Else {
			if canFailAny(c.Then) {
				return true
			}
		}
		return false
	case *syntax.Block:
		return canFailAny(c.Stmts)
	case *syntax.Subshell:
		return canFailAny(c.Stmts)
	case *syntax.ForClause:
		return canFailAny(c.Do)
	case *syntax.CaseClause:
		for _, it := range c.Items {
			if canFailAny(it.Stmts) {
				return true
			}
		}
		return false
	case *syntax.FuncDecl:
		return false
	case *syntax.DeclClause, nil:
		return false
	}
	return true // loops that end when their condition holds, [[ ]], (( ))
}

// silentSuccess always succeed.
var silentSuccess = map[string]bool{"true": true, ":": true, "echo": true, "printf": true, "sleep": true, "date": true, "set": true, "export": true, "trap": true, "unset": true}

// filters succeed whatever they read from a pipe; the number is the index of
// the first operand that is a file, which may be missing.
var filters = map[string]int{"cat": 1, "wc": 1, "sort": 1, "uniq": 1, "head": 1, "tail": 1, "tr": 3, "cut": 1, "tee": 3, "nl": 1, "column": 1, "jq": 2, "sed": 2, "awk": 2, "ls": 1, "rev": 1, "paste": 1, "fold": 1, "xargs": 3, "hexdump": 1, "od": 1}

// listings succeed whatever they list.
var listings = map[string]bool{"ps": true, "images": true, "stats": true, "compose ps": true, "compose images": true, "compose ls": true, "compose top": true, "image ls": true, "container ls": true, "network ls": true, "volume ls": true, "system df": true, "logs": false}

func callCanFail(s *syntax.Stmt, c *syntax.CallExpr, piped bool) bool {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			if x := onlySubst(a.Value); x != nil && canFailAny(x.Stmts) {
				return true
			}
		}
		return false
	}
	name := arg(c, 0)
	if name == "exit" || name == "return" {
		return len(c.Args) < 2 || arg(c, 1) != "0"
	}
	if silentSuccess[name] {
		return false
	}
	if name == "docker" {
		sub, ops := dockerCommand(c)
		return !listings[sub] || len(ops) > 0
	}
	from, filter := filters[name]
	switch {
	case name == "df" || name == "free" || name == "uname" || name == "env" || name == "pwd":
		return false
	case !filter:
		return true
	case name == "jq" && option(c, 'e', "--exit-status"):
		return true
	case (name == "awk" || name == "sed") && exits(c):
		return true
	case piped || readsText(s):
		return false
	}
	operands := 0
	for _, a := range c.Args[1:] {
		if t, _ := literal(a); !strings.HasPrefix(t, "-") {
			operands++
		}
	}
	return operands >= from
}

// exits reports whether an awk or sed program sets its own exit status.
func exits(c *syntax.CallExpr) bool {
	for _, a := range c.Args[1:] {
		if t, whole := literal(a); !whole || strings.Contains(t, "exit") || strings.Contains(t, "q") && arg(c, 0) == "sed" {
			return true
		}
	}
	return false
}

// readsText reports whether a command's input is a here-document or here-string.
func readsText(s *syntax.Stmt) bool {
	for _, r := range s.Redirs {
		if r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc || r.Op == syntax.WordHdoc {
			return true
		}
	}
	return false
}
