package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/omegagen/omegagen/"

// mayImport is the direction of the data: manifest → plan → artifacts → lint →
// files. A package may import those of its own tree and of the trees named
// here, and nothing else of the project.
var mayImport = map[string][]string{
	"internal":     {"internal"}, // leaves: they know no manifest
	"hcl/images":   {},
	"hcl/manifest": {"internal", "hcl/images"},
	"hcl/diag":     {"internal"},
	"hcl":          {"hcl", "internal"},
	"planner":      {"internal", "hcl/manifest", "hcl/images", "hcl/diag", "planner"},
	"templates":    {"internal", "hcl/manifest", "hcl/images", "hcl/diag", "planner", "templates"},
	"lint":         {"internal", "hcl/manifest", "hcl/images", "hcl/diag", "planner", "templates", "lint"},
	"cmd":          {"internal", "hcl", "planner", "templates", "lint", "cmd"},
	"examples":     {"hcl", "planner"},
}

// neverImport keeps the consumers' heavy libraries out of what renders, but for
// what letIn names.
var neverImport = map[string][]string{
	"hcl":       {"github.com/compose-spec/", "github.com/moby/", "github.com/prometheus/", "github.com/pganalyze/"},
	"planner":   {"os", "time.Now", "math/rand", "net", "github.com/zclconf/"},
	"internal":  {"os", "math/rand", "net/http", "github.com/compose-spec/", "github.com/moby/", "github.com/prometheus/", "github.com/pganalyze/", "mvdan.cc/"},
	"templates": {"os", "math/rand", "net/http", "github.com/compose-spec/", "github.com/moby/", "github.com/prometheus/", "github.com/pganalyze/", "mvdan.cc/"},
}

// letIn are the exceptions, by folder. Tests of alerts are derived from their
// expressions, which Prometheus's own parser reads: a second reader of PromQL
// would be a second opinion on what an alert means.
var letIn = map[string][]string{
	"templates/prometheus": {"github.com/prometheus/prometheus/promql/parser", "github.com/prometheus/prometheus/model/labels"},
}

func TestImportDirection(t *testing.T) {
	checked := 0
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "generated") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		if strings.HasSuffix(filepath.Dir(name), "test") {
			return nil // support for tests, linked into nothing
		}
		checked++
		for _, imp := range f.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, filepath.ToSlash(rel), path)
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

func checkImport(t *testing.T, file, path string) {
	t.Helper()
	tree := treeOf(file)
	if tree == "" {
		t.Errorf("%s stands in no known tree", file)
		return
	}
	for _, bad := range neverImport[tree] {
		if path == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(path, bad) && !slices.Contains(letIn[filepath.ToSlash(filepath.Dir(file))], path) {
			t.Errorf("%s imports %s", file, path)
		}
	}
	own, ok := strings.CutPrefix(path, module)
	if !ok {
		return
	}
	for _, allowed := range mayImport[tree] {
		if own == allowed || strings.HasPrefix(own, allowed+"/") {
			return
		}
	}
	t.Errorf("%s imports %s: the data flows the other way", file, own)
}

// treeOf is the longest entry of mayImport that holds the file.
func treeOf(file string) string {
	best := ""
	for tree := range mayImport {
		if strings.HasPrefix(file, tree+"/") && len(tree) > len(best) {
			best = tree
		}
	}
	return best
}

func TestPlannerSearchKnowsNoManifest(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "planner", "internal", "search", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			if strings.Contains(imp.Path.Value, "/hcl/") {
				t.Errorf("%s imports %s", name, imp.Path.Value)
			}
		}
	}
}
