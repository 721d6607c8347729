package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// listed is what go list -json says about a package, or of its variant for a test.
type listed struct {
	ImportPath, Name, Dir, ForTest  string
	DepOnly                         bool
	GoFiles, SFiles, IgnoredGoFiles []string
	ImportMap                       map[string]string
	Module                          *struct {
		Path, GoVersion string
		Main            bool
	}
}

// list returns the packages of patterns, their tests and what they import, each after its imports.
func list(dir, system string, patterns []string) ([]*listed, error) {
	command := exec.Command("go", append([]string{"list", "-deps", "-test", "-json"}, patterns...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+runtime.GOARCH, "CGO_ENABLED=0")
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, errs.Bytes())
	}
	var all []*listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all = append(all, p)
	}
}

// load type-checks packages in the order given. It returns those of the main module
// that patterns name, with their tests, and the errors of all.
func load(all []*listed) (ours []*packages.Package, faults []error) {
	l := loader{fset: token.NewFileSet(), types: map[string]*types.Package{"unsafe": types.Unsafe}, ours: map[string]*packages.Package{}}
	for _, p := range all {
		if p.ImportPath == "unsafe" || strings.HasSuffix(p.ImportPath, ".test") { // the latter's main is generated
			continue
		}
		own := p.Module != nil && p.Module.Main
		pkg, errs := l.check(p, own)
		l.types[p.ImportPath] = pkg.Types
		faults = append(faults, errs...)
		if !own {
			continue
		}
		l.ours[p.ImportPath] = pkg
		if p.ForTest == "" && !p.DepOnly || pkg.PkgPath == p.ForTest || pkg.PkgPath == p.ForTest+"_test" {
			ours = append(ours, pkg)
		}
	}
	// A package with tests in it is listed without them, too.
	return slices.DeleteFunc(ours, func(pkg *packages.Package) bool {
		return l.ours[pkg.ID+" ["+pkg.ID+".test]"] != nil
	}), faults
}

type loader struct {
	fset  *token.FileSet
	types map[string]*types.Package    // what is checked so far, by import path
	ours  map[string]*packages.Package // those of the main module
}

func (l *loader) check(p *listed, own bool) (*packages.Package, []error) {
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	pkg := &packages.Package{
		ID: p.ImportPath, Name: p.Name, PkgPath: strings.TrimSuffix(p.ImportPath, " ["+p.ForTest+".test]"), Dir: p.Dir,
		Fset: l.fset, TypesSizes: types.SizesFor("gc", runtime.GOARCH), Imports: map[string]*packages.Package{},
		OtherFiles: absolute(p.Dir, p.SFiles), IgnoredFiles: absolute(p.Dir, p.IgnoredGoFiles),
	}
	mode := parser.SkipObjectResolution
	if own {
		mode |= parser.ParseComments
	}
	for _, name := range absolute(p.Dir, p.GoFiles) {
		file, err := parser.ParseFile(l.fset, name, nil, mode)
		if err != nil {
			note(err)
		}
		if file == nil {
			continue
		}
		pkg.Syntax = append(pkg.Syntax, file)
		pkg.GoFiles = append(pkg.GoFiles, name)
		pkg.CompiledGoFiles = append(pkg.CompiledGoFiles, name)
	}
	config := types.Config{
		Sizes: pkg.TypesSizes, Error: note,
		Importer: importer(func(path string) (*types.Package, error) {
			if mapped, ok := p.ImportMap[path]; ok {
				path = mapped
			}
			if our := l.ours[path]; our != nil {
				pkg.Imports[path] = our
			}
			if t := l.types[path]; t != nil {
				return t, nil
			}
			return nil, fmt.Errorf("%s isn't listed before %s", path, p.ImportPath)
		}),
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
		pkg.Module = &packages.Module{Path: p.Module.Path, GoVersion: p.Module.GoVersion, Main: p.Module.Main}
	}
	if own {
		pkg.TypesInfo = &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Defs: map[*ast.Ident]types.Object{},
			Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
			Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
		}
	}
	pkg.Types, _ = config.Check(pkg.PkgPath, l.fset, pkg.Syntax, pkg.TypesInfo) // errors are noted
	return pkg, errs
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

func absolute(dir string, names []string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = name
		if !filepath.IsAbs(name) {
			paths[i] = filepath.Join(dir, name)
		}
	}
	return paths
}
