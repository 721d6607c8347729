package sql

import (
	"strings"
	"testing"
)

// What passes tooDeep doesn't overflow the parser's stack, in either build.
func TestDepth(t *testing.T) {
	for name, s := range map[string][4]string{
		"sum":       {"SELECT 1", "+1", "", ""},
		"not":       {"SELECT ", "NOT ", "true", ""},
		"minus":     {"SELECT ", "- ", "1", ""},
		"cast":      {"SELECT 'x'", "::text", "", ""},
		"select":    {"SELECT ", "(SELECT ", "1", ")"},
		"union":     {"SELECT 1", " UNION SELECT 1, 1", "", ""},
		"paren":     {"SELECT ", "(", "1", ")"},
		"call":      {"SELECT ", "f(", "1", ")"},
		"case":      {"SELECT ", "CASE WHEN true AND ", "1", " THEN 1 END"},
		"else":      {"SELECT ", "CASE WHEN 1 THEN 1 ELSE ", "1", " END"},
		"array":     {"SELECT ", "ARRAY[", "1", "]"},
		"index":     {"SELECT ", "a[", "1", "]"},
		"in":        {"SELECT ", "1 IN (", "1", ")"},
		"from":      {"SELECT 1 FROM ", "(SELECT * FROM ", "t", ") x"},
		"join":      {"SELECT 1 FROM t", " JOIN t ON true AND true", "", ""},
		"and":       {"SELECT true", " AND true", "", ""},
		"and or":    {"SELECT ", "true AND (false OR ", "true", ")"},
		"with":      {"", "WITH x AS (", "SELECT 1", ") SELECT 1"},
		"exists":    {"SELECT ", "EXISTS (SELECT 1 WHERE ", "true", ")"},
		"explain":   {"", "EXPLAIN ", "SELECT 1", ""},
		"statement": {"SELECT 1", "; SELECT 1", "", ""},
		"list":      {"SELECT 1", ", 1 + 1", "", ""},
		"values":    {"VALUES (1)", ", (1)", "", ""},
	} {
		build := func(n int) string { return s[0] + strings.Repeat(s[1], n) + s[2] + strings.Repeat(s[3], n) }
		n := 4000
		for n > 1 && tooDeep(build(n)) {
			n = n * 9 / 10
		}
		if n < 100 {
			t.Errorf("%s: only %d fit", name, n)
		}
		if _, fail := parse(build(n)); fail != nil && !strings.Contains(fail.message, "syntax error") && fail.message != "memory exhausted" {
			t.Errorf("%s × %d: %+v", name, n, fail)
		}
		if _, fail := parse("CREATE FUNCTION f(a int) RETURNS TABLE (x int) LANGUAGE sql AS $$b$$; SELECT id FROM t"); fail != nil {
			t.Fatalf("%s × %d broke the parser: %+v", name, n, fail)
		}
	}
}
