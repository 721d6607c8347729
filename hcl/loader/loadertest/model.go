package loadertest

import (
	"flag"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/loader"
)

var update = flag.Bool("update-models", false, "write the models of testdata/model")

// Model compares the models of the manifests in testdata/model with the file
// NAME.model beside each. The file has a line for each field that isn't zero,
// source ranges included, of the given fields of the model. Check each line that
// -update-models writes against the manifest before you keep it.
func Model(t *testing.T, fields ...string) {
	t.Helper()
	names, err := filepath.Glob("testdata/model/*.hcl")
	if err != nil || len(names) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(string(src)), Dir: "."})
		for _, d := range errorsOf(diags) {
			t.Errorf("%s: %s", name, diagtest.Describe(d))
		}
		d := &dumper{seen: map[uintptr]string{}, lines: map[string]bool{}}
		for _, f := range fields {
			d.value(f, reflect.ValueOf(m).Elem().FieldByName(f))
		}
		file := strings.TrimSuffix(name, ".hcl") + ".model"
		if *update {
			if err := os.WriteFile(file, []byte(d.out.String()), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]bool{}
		for _, line := range strings.Split(string(want), "\n") {
			known[line] = true
			if !d.lines[line] && line != "" {
				t.Errorf("%s: missing: %s", name, line)
			}
		}
		for line := range d.lines {
			if !known[line] {
				t.Errorf("%s: not expected: %s", name, line)
			}
		}
	}
}

// dumper writes a model as lines `path = value`. What a second pointer points to
// is written as the path of the first.
type dumper struct {
	out   strings.Builder
	seen  map[uintptr]string
	lines map[string]bool
}

func (d *dumper) line(path, value string) {
	l := path + " = " + value
	d.lines[l] = true
	d.out.WriteString(l + "\n")
}

func (d *dumper) value(path string, v reflect.Value) {
	switch x := v.Interface().(type) {
	case hcl.Range:
		if !x.Empty() {
			d.line(path, fmt.Sprintf("@%d:%d-%d:%d", x.Start.Line, x.Start.Column, x.End.Line, x.End.Column))
		}
		return
	case *big.Rat:
		if x != nil {
			d.line(path, x.RatString())
		}
		return
	case *images.Facts:
		if x == nil || x.Family != "" {
			return // of package images, which tests them
		}
		c := x.Clone() // without what no program reads
		c.Notes, c.Uncertain, c.Source, c.Checked = nil, nil, nil, images.Facts{}.Checked
		v = reflect.ValueOf(c)
	case fmt.Stringer:
		if v.Kind() != reflect.Struct && v.Kind() != reflect.Pointer && !v.IsZero() {
			d.line(path, x.String())
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if first, ok := d.seen[v.Pointer()]; ok {
			d.line(path, "→ "+first)
			return
		}
		d.seen[v.Pointer()] = path
		if v.Elem().Kind() == reflect.Bool || v.Elem().Kind() == reflect.Int {
			d.line(path, fmt.Sprint(v.Elem().Interface()))
			return
		}
		d.value(path, v.Elem())
	case reflect.Interface:
		if !v.IsNil() {
			if v.NumMethod() > 0 {
				d.line(path, v.Elem().Type().String())
			}
			d.value(path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Anonymous {
				d.value(path, v.Field(i))
			} else if f.IsExported() {
				d.value(path+"."+f.Name, v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String && v.Len() > 0 {
			d.line(path, fmt.Sprintf("%q", v.Interface()))
			return
		}
		for i := range v.Len() {
			d.value(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			d.value(fmt.Sprintf("%s[%s]", path, k), v.MapIndex(k))
		}
	case reflect.String:
		if v.Len() > 0 {
			d.line(path, fmt.Sprintf("%q", v.String()))
		}
	default:
		if !v.IsZero() {
			d.line(path, fmt.Sprint(v.Interface()))
		}
	}
}
