// Package tool parses the requirements of a script on the host: "docker >= 24".
package tool

import (
	"errors"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// operators, the longer ones first.
var operators = []string{">=", "<=", "==", ">", "<", "="}

// Parse reads one tool: the name of a program, alone or followed by an
// operator (>= > = <= <) and a version of numbers separated by dots. The
// constraint comes back with exactly one space: ">= 24". An error is a full
// sentence that says what is wrong.
func Parse(s string) (manifest.Tool, error) {
	s = strings.TrimSpace(s)
	name := strings.TrimRight(s, " ")
	rest := ""
	if i := strings.IndexAny(s, " <>=~^!"); i >= 0 {
		name, rest = s[:i], strings.TrimSpace(s[i:])
	}
	if !isName(name) {
		return manifest.Tool{}, errors.New("A tool must start with the name of a program, as in PATH: letters, digits and . _ + -.")
	}
	if rest == "" {
		return manifest.Tool{Name: name}, nil
	}
	for _, op := range operators {
		v, ok := strings.CutPrefix(rest, op)
		if !ok {
			continue
		}
		if v = strings.TrimSpace(v); !isVersion(v) {
			return manifest.Tool{}, errors.New("Write a version after " + op + ": numbers separated by dots, such as 24 or 2.26.1.")
		}
		if op == "==" {
			op = "="
		}
		return manifest.Tool{Name: name, Constraint: op + " " + v}, nil
	}
	return manifest.Tool{}, errors.New("The name of the program can only be followed by one of >= > = <= < and a version: \"" + name + " >= 1.2\".")
}

func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_':
		case i > 0 && (c == '.' || c == '+' || c == '-'):
		default:
			return false
		}
	}
	return s != "" && len(s) < 100
}

func isVersion(s string) bool {
	for _, part := range strings.Split(s, ".") {
		if part == "" || len(part) > 9 || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}
