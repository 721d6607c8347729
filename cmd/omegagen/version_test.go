package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// reading are modules that lint uses to read or compare, but that no consumer of a kit's files uses.
var reading = []string{"github.com/hashicorp/hcl/v2", "github.com/moby/patternmatcher", "github.com/opencontainers/go-digest", "github.com/prometheus/common", "github.com/sirupsen/logrus", "go.yaml.in/yaml/v2", "k8s.io/apimachinery", "sigs.k8s.io/yaml"}

// TestCheckersAreAllLibraries compares `version --json` with what lint imports: each module
// is a consumer's, or among those that aren't; and each that is named is imported.
func TestCheckersAreAllLibraries(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("no build information")
	}
	used := map[string]bool{}
	err := filepath.WalkDir("../../lint", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && !strings.HasPrefix(path, module) {
				used[path] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, c := range consumers {
		named = append(named, c.modules...)
	}
	imports := func(m string) bool {
		for path := range used {
			if path == m || strings.HasPrefix(path, m+"/") {
				return true
			}
		}
		return false
	}
	for _, m := range named {
		if !imports(m) {
			t.Errorf("no package below lint imports %s", m)
		}
	}
	for path := range used {
		if !slices.ContainsFunc(append(named, reading...), func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }) {
			t.Errorf("%s is imported below lint: name its module among consumers, or in reading", path)
		}
	}
	got := checkers(info)
	if len(got) != len(consumers)+1 {
		t.Errorf("%d consumers with a version, not %d: %v", len(got), len(consumers)+1, got)
	}
	for _, c := range got {
		if c.Version == "" || c.Version == "(devel)" {
			t.Errorf("%s has no version", c.Consumer)
		}
	}
}

// The linked module counts, with the version of a replacement.
func TestCheckersOfABuild(t *testing.T) {
	got := checkers(&debug.BuildInfo{Deps: []*debug.Module{
		{Path: "github.com/pganalyze/pg_query_go/v6", Version: "v6.0.0"},
		{Path: "mvdan.cc/sh/v3", Version: "v3.0.0", Replace: &debug.Module{Path: "example.org/sh", Version: "v3.1.0"}},
	}})
	want := []checker{{"PostgreSQL", "github.com/pganalyze/pg_query_go/v6", "v6.0.0"}, {"shell", "mvdan.cc/sh/v3", "v3.1.0"}}
	if !slices.Equal(got[:len(got)-1], want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
