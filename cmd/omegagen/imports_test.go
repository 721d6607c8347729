package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/omegagen/omegagen/"

// mayImport is the direction of the data: manifest → plan → artifacts → lint → files. A
// package may import those of its own tree and of the trees named here, and nothing else of the
// project.
var mayImport = map[string][]string{
	"internal":     {"internal"}, // leaves: they import no manifest
	"hcl/images":   {},
	"hcl/manifest": {"internal", "hcl/images"},
	"hcl/diag":     {"internal"},
	"hcl":          {"hcl", "internal"},
	"planner":      {"internal", "hcl/manifest", "hcl/images", "hcl/diag", "planner"},
	// Actions and plans are data, available to all; a plan is checked using only them and the manifest.
	// What planner calls doesn't call it.
	"planner/deployment":        {"internal", "hcl/manifest", "hcl/images"},
	"planner/plan":              {"internal", "hcl/manifest", "hcl/diag", "planner/deployment"},
	"planner/validate":          {"internal", "hcl/manifest", "hcl/diag", "planner/deployment", "planner/plan"},
	"planner/internal":          {"internal", "planner/internal"},
	"planner/internal/search":   {"internal", "planner/internal/heap"},
	"planner/internal/task":     {"internal", "hcl/manifest", "hcl/diag", "planner/internal/search"},
	"planner/internal/unmet":    {"internal", "hcl/manifest", "hcl/diag", "planner/deployment", "planner/plan", "planner/internal/task"},
	"planner/internal/fallback": {"internal", "hcl/manifest", "planner/deployment", "planner/plan", "planner/internal/search"},
	"planner/internal/assess":   {"internal", "hcl/manifest", "planner/deployment", "planner/plan"},
	"templates":                 {"internal", "hcl/manifest", "hcl/images", "hcl/diag", "planner", "templates"},
	"lint":                      {"internal", "hcl/manifest", "hcl/images", "hcl/diag", "planner", "templates", "lint"},
	"cmd":                       {"internal", "hcl", "planner", "templates", "lint", "cmd"},
	"examples":                  {"hcl", "planner"},

	// The domains of the language don't import each other, with these exceptions.
	"hcl/internal/lang":       {"internal", "hcl/manifest", "hcl/images", "hcl/diag"},
	"hcl/internal/tool":       {"internal", "hcl/manifest", "hcl/images", "hcl/diag"},
	"hcl/internal/core":       domain("exporter", "paths"),
	"hcl/internal/exporter":   domain(),
	"hcl/internal/image":      domain("paths"),
	"hcl/internal/paths":      domain(),
	"hcl/internal/monitoring": domain("scrape"),
	"hcl/internal/scrape":     domain(),
	"hcl/internal/planexpr":   domain(),
	"hcl/internal/target":     domain(),
	"hcl/internal/database":   domain("core"),
	"hcl/internal/planning":   domain("paths", "planexpr", "tool"),
	"hcl/internal/checks":     domain("tool"),
	"hcl/internal/service":    domain("core", "exporter", "image", "paths", "scrape"),
}

// domain is what a domain may import: the framework, and some other domains.
func domain(others ...string) []string {
	out := []string{"internal", "hcl/manifest", "hcl/images", "hcl/diag", "hcl/internal/lang"}
	for _, o := range others {
		out = append(out, "hcl/internal/"+o)
	}
	return out
}

// neverImport keeps the consumers' heavy libraries out of renderers (except for letIn), and I/O out of
// pure packages. Packages below a named one are included.
var neverImport = map[string][]string{
	"hcl":       {"github.com/compose-spec/", "github.com/moby/", "github.com/prometheus/", "github.com/pganalyze/"},
	"planner":   {"os", "math/rand", "net", "github.com/zclconf/"},
	"internal":  {"os", "math/rand", "net/http", "github.com/compose-spec/", "github.com/moby/", "github.com/prometheus/", "github.com/pganalyze/", "mvdan.cc/"},
	"templates": {"os", "math/rand", "net/http", "github.com/compose-spec/", "github.com/moby/", "github.com/prometheus/", "github.com/pganalyze/", "mvdan.cc/"},
}

// letIn are the exceptions, by folder. Tests of alerts are derived from their expressions with
// Prometheus's own parser: another parser of PromQL could interpret an alert differently. So could another
// parser of shell scripts, which finds how the place of a parameter is quoted. `compose = {…}` is merged by
// Compose's own package.
var letIn = map[string][]string{
	"planner/deployment/docker": {"net/netip", "net/url"}, // of net those that only read text
	"templates/compose":         {"github.com/compose-spec/compose-go/v2/override", "github.com/compose-spec/compose-go/v2/tree"},
	"templates/deploy":          {"mvdan.cc/sh/v3/syntax"},
	"templates/grafana":         {"github.com/prometheus/prometheus/promql/parser", "github.com/prometheus/prometheus/model/labels"},
	"templates/kubernetes":      {"mvdan.cc/sh/v3/syntax"},
	"templates/prometheus":      {"github.com/prometheus/common/model", "github.com/prometheus/prometheus/promql/parser", "github.com/prometheus/prometheus/model/labels"},
}

// pure are the trees whose results must not depend on a clock.
var pure = []string{"hcl", "planner", "templates"}

// clock are the functions of package time that read it.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

func TestImportDirection(t *testing.T) {
	checked := 0
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name != root && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "generated" || name == filepath.Join(root, "tools") || name == filepath.Join(root, "internal", "e2e")) {
			return fs.SkipDir // tools and some tests are separate modules
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(filepath.Dir(name), "test") {
			return nil // tests and their support are not linked into the program
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		checked++
		for _, fault := range faults(t, filepath.ToSlash(rel), string(src)) {
			t.Error(fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 20 {
		t.Fatalf("only %d files were looked at", checked)
	}
}

// Each guard finds a violation.
func TestImportGuards(t *testing.T) {
	for _, c := range []struct{ file, src, want string }{
		{"planner/x.go", `import "time"; var _ = time.Now()`, "planner/x.go calls time.Now"},
		{"planner/internal/search/x.go", `import clock "time"; var f = clock.Since`, "planner/internal/search/x.go calls time.Since"},
		{"templates/deploy/x.go", `import "time"; func f() { <-time.After(1) }`, "templates/deploy/x.go calls time.After"},
		{"hcl/manifest/x.go", `import . "time"; var _ = Now()`, "hcl/manifest/x.go imports all names of time"},
		{"planner/x.go", `import "time"; var _ = time.Second`, ""},
		{"planner/x.go", `type clock struct{}; func (clock) Now() {}; var time clock; func f() { time.Now() }`, ""},
		{"cmd/omegagen/x.go", `import "time"; var _ = time.Now()`, ""},
		{"lint/compose/x.go", `import "github.com/omegagen/omegagen/templates/compose"; var _, _ = compose.Render(nil)`, "lint/compose/x.go calls compose.Render"},
		{"lint/compose/x.go", `import made "github.com/omegagen/omegagen/templates/compose"; var _ = made.Render`, "lint/compose/x.go calls compose.Render"},
		{"lint/compose/x.go", `import "github.com/omegagen/omegagen/templates/compose"; var _ compose.File`, ""},
		{"planner/internal/search/x.go", `import _ "github.com/omegagen/omegagen/hcl/manifest"`, "planner/internal/search/x.go imports hcl/manifest: the data flows the other way"},
		{"planner/plan/x.go", `import _ "github.com/omegagen/omegagen/planner/internal/search"`, "planner/plan/x.go imports planner/internal/search: the data flows the other way"},
		{"planner/validate/x.go", `import _ "github.com/omegagen/omegagen/planner"`, "planner/validate/x.go imports planner: the data flows the other way"},
		{"planner/internal/fallback/x.go", `import _ "github.com/omegagen/omegagen/planner"`, "planner/internal/fallback/x.go imports planner: the data flows the other way"},
		{"planner/explain/x.go", `import _ "github.com/omegagen/omegagen/planner"`, ""},
		{"planner/x.go", `import "math/rand/v2"; var _ = rand.Int()`, "planner/x.go imports math/rand/v2"},
		{"templates/env/x.go", `import _ "os"`, "templates/env/x.go imports os"},
		{"hcl/manifest/x.go", `import _ "github.com/moby/buildkit/client"`, "hcl/manifest/x.go imports github.com/moby/buildkit/client"},
		{"hcl/internal/image/x.go", `import _ "github.com/prometheus/common/model"`, "hcl/internal/image/x.go imports github.com/prometheus/common/model"},
		{"templates/env/x.go", `import _ "github.com/omegagen/omegagen/lint"`, "templates/env/x.go imports lint: the data flows the other way"},
		{"hcl/internal/image/x.go", `import _ "github.com/omegagen/omegagen/hcl/internal/service"`, "hcl/internal/image/x.go imports hcl/internal/service: the data flows the other way"},
		{"hcl/internal/service/x.go", `import _ "github.com/omegagen/omegagen/hcl/internal/image"`, ""},
		{"hcl/internal/lang/x.go", `import _ "github.com/omegagen/omegagen/hcl/internal/core"`, "hcl/internal/lang/x.go imports hcl/internal/core: the data flows the other way"},
		{"hcl/internal/fresh/x.go", ``, "hcl/internal/fresh/x.go belongs to a domain that mayImport doesn't name"},
		{"tools/x.go", ``, "tools/x.go stands in no known tree"},
	} {
		got := strings.Join(faults(t, c.file, "package x; "+c.src), "; ")
		if got != c.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.file, c.src, got, c.want)
		}
	}
}

// faults are the violations in a source file.
func faults(t *testing.T, file, src string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	tree := treeOf(file)
	if tree == "" {
		return []string{file + " stands in no known tree"}
	}
	if tree == "hcl" && strings.HasPrefix(file, "hcl/internal/") {
		return []string{file + " belongs to a domain that mayImport doesn't name"}
	}
	var out []string
	for _, imp := range f.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if fault := importFault(file, tree, path); fault != "" {
			out = append(out, fault)
		}
		if path == "time" && slices.ContainsFunc(pure, func(p string) bool { return below(file, p) }) {
			out = append(out, useFaults(file, f, imp, "time", clock)...)
		}
		if own, ok := strings.CutPrefix(path, module+"templates/"); ok && below(file, "lint") {
			out = append(out, useFaults(file, f, imp, own, []string{"Render"})...)
		}
	}
	return out
}

// importFault describes what is wrong with an import, "" if it is allowed.
func importFault(file, tree, path string) string {
	for above, bans := range neverImport {
		for _, ban := range bans {
			if below(file, above) && below(path, strings.TrimSuffix(ban, "/")) && !slices.Contains(letIn[filepath.ToSlash(filepath.Dir(file))], path) {
				return file + " imports " + path
			}
		}
	}
	own, ok := strings.CutPrefix(path, module)
	if !ok || below(own, tree) {
		return ""
	}
	for _, allowed := range mayImport[tree] {
		if below(own, allowed) {
			return ""
		}
	}
	return file + " imports " + own + ": the data flows the other way"
}

// useFaults are the forbidden uses of functions in a file, of the package that imp imports.
func useFaults(file string, f *ast.File, imp *ast.ImportSpec, pkg string, functions []string) (out []string) {
	name := pkg
	if imp.Name != nil {
		name = imp.Name.Name
	}
	if name == "." {
		return []string{file + " imports all names of " + pkg}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == name && slices.Contains(functions, s.Sel.Name) {
				out = append(out, file+" calls "+pkg+"."+s.Sel.Name)
			}
		}
		return true
	})
	return out
}

// below reports whether a path is a folder or inside it.
func below(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// treeOf is the longest entry of mayImport that contains the file.
func treeOf(file string) string {
	best := ""
	for tree := range mayImport {
		if strings.HasPrefix(file, tree+"/") && len(tree) > len(best) {
			best = tree
		}
	}
	return best
}
