package loader_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// TestKinds compares the language with the model: a manifest can produce every type of each closed set
// in package manifest. A type without a row in its table (probes, healthTests, stepKinds, objectKinds)
// has no block, and is reported here.
func TestKinds(t *testing.T) {
	src, err := os.ReadFile("testdata/valid/kinds.hcl")
	if err != nil {
		t.Fatal(err)
	}
	sets := closedSets(t, "../manifest")
	for _, name := range []string{"Probe", "HealthTest", "Instruction", "DatabaseObject"} {
		if len(sets[name]) < 5 {
			t.Errorf("%s has the types %v: the sets aren't found", name, sets[name])
		}
	}
	made := kindsOf(t, string(src))
	for name, types := range sets {
		for _, typ := range types {
			if !made[typ] {
				t.Errorf("testdata/valid/kinds.hcl makes no %s, which is a %s: give it a row in the table that decodes these, and a block in that file", typ, name)
			}
		}
	}
}

// TestKindsMissed checks that TestKinds reports a type that is missing from a table.
func TestKindsMissed(t *testing.T) {
	src, err := os.ReadFile("testdata/valid/kinds.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for block, typ := range map[string]string{"  grpc {": "GRPCProbe", "    tcp {": "TCPTest", "    stopsignal {": "StopSignalInstruction", "  trigger \"g\" {": "Trigger"} {
		begin := strings.Index(string(src), block)
		if begin < 0 {
			t.Fatalf("there is no %q", block)
		}
		end := begin + strings.Index(string(src[begin:]), "}\n") + 2
		if made := kindsOf(t, string(src[:begin])+string(src[end:])); made[typ] || len(made) < 10 {
			t.Errorf("without %q these are made: %v", block, made)
		}
	}
}

// closedSets are the closed interfaces of a package, with the types that have
// their unexported method.
func closedSets(t *testing.T, dir string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	seals := map[string]string{} // method → interface
	receivers := map[string][]string{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if i, ok := n.Type.(*ast.InterfaceType); ok {
					for _, m := range i.Methods.List {
						if len(m.Names) == 1 && !m.Names[0].IsExported() {
							seals[m.Names[0].Name] = n.Name.Name
						}
					}
				}
			case *ast.FuncDecl:
				if n.Recv == nil {
					return true
				}
				if p, ok := n.Recv.List[0].Type.(*ast.StarExpr); ok {
					if id, ok := p.X.(*ast.Ident); ok {
						receivers[n.Name.Name] = append(receivers[n.Name.Name], id.Name)
					}
				}
			}
			return true
		})
	}
	out := map[string][]string{}
	for method, name := range seals {
		out[name] = receivers[method]
		slices.Sort(out[name])
	}
	return out
}

// kindsOf are the names of the types in a manifest.
func kindsOf(t *testing.T, src string) map[string]bool {
	t.Helper()
	m, _ := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	out, seen := map[string]bool{}, map[uintptr]bool{}
	home := reflect.TypeFor[manifest.Manifest]().PkgPath()
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() || seen[v.Pointer()] || v.Elem().Type().PkgPath() != home {
				return
			}
			seen[v.Pointer()] = true
			out[v.Elem().Type().Name()] = true
			walk(v.Elem())
		case reflect.Interface:
			if v.IsNil() {
				return
			}
			walk(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				walk(v.MapIndex(k))
			}
		}
	}
	walk(reflect.ValueOf(m))
	return out
}
