package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
)

var codeRE = regexp.MustCompile(`^OG\d{3}$`)

// sourceFiles parses the Go files of the module, by their path below its root.
func sourceFiles(t *testing.T, tests bool) map[string]*ast.File {
	t.Helper()
	root := filepath.Join("..", "..")
	out := map[string]*ast.File{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == ".tools" || d.Name() == "testdata" || d.Name() == "generated"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") != tests:
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		out[filepath.ToSlash(rel)] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// texts calls visit with each string literal below a node.
func texts(n ast.Node, visit func(string)) {
	ast.Inspect(n, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				visit(s)
			}
		}
		return true
	})
}

// definedIn returns the package that defines each rule: that of the variable whose value names the
// code.
func definedIn(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, f := range sourceFiles(t, false) {
		if name == "hcl/diag/area.go" {
			continue
		}
		for _, d := range f.Decls {
			vars, ok := d.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR {
				continue
			}
			texts(vars, func(s string) {
				if codeRE.MatchString(s) {
					out[s] = path.Dir(name)
				}
			})
		}
	}
	return out
}

// Every rule has a code in its package's range, a unique summary and documentation.
func TestRulesAreInTheirAreas(t *testing.T) {
	packages := definedIn(t)
	summaries := map[string]string{}
	rules := diag.Rules()
	if len(rules) < 250 {
		t.Fatalf("only %d rules are registered", len(rules))
	}
	for _, r := range rules {
		where := packages[r.Code]
		if where == "" {
			t.Errorf("%s is defined by no package variable that names its code", r.Code)
			continue
		}
		known := false
		for _, a := range diag.Areas() {
			known = known || a.Holds(r.Code) && (where == a.Package || strings.HasPrefix(where, a.Package+"/"))
		}
		if !known {
			t.Errorf("%s of %s lies in no range of that package: see diag.Areas", r.Code, where)
		}
		if other := summaries[r.Summary]; other != "" {
			t.Errorf("%s and %s have the same summary: %s", other, r.Code, r.Summary)
		}
		summaries[r.Summary] = r.Code
		if r.Summary == "" || r.Doc == "" {
			t.Errorf("%s has no summary or no documentation", r.Code)
		}
	}
}

func TestRulesPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := printReference(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != string(page) {
		t.Error("docs/rules.md is not what `omegagen rules` prints: make generate")
	}
}

var expectedRE = regexp.MustCompile(`\bOG\d{3}\b`)

// Every rule is broken in some test: its code occurs in a string of a Go test, in an expectation of a
// manifest, or in the output of a session.
func TestEveryRuleIsBroken(t *testing.T) {
	expected := map[string]bool{}
	note := func(text string) {
		for _, code := range expectedRE.FindAllString(text, -1) {
			expected[code] = true
		}
	}
	for name, f := range sourceFiles(t, true) {
		if name != "cmd/omegagen/codes_test.go" {
			texts(f, note)
		}
	}
	expectation := regexp.MustCompile(`# (?:ERROR|WARNING|ADVICE) OG\d{3}\b`)
	printed := regexp.MustCompile(`\(OG\d{3}\)|"code": ?"OG\d{3}"`)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		within := strings.Contains(filepath.ToSlash(name), "/testdata/")
		re := expectation
		switch filepath.Ext(name) {
		case ".hcl":
		case ".txtar":
			re = printed
		default:
			return nil
		}
		if !within {
			return nil
		}
		src, err := os.ReadFile(name)
		note(strings.Join(re.FindAllString(string(src), -1), " "))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range diag.Rules() {
		if !expected[r.Code] {
			t.Errorf("no test expects %s (%s)", r.Code, r.Summary)
		}
	}
}
