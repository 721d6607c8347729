package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const sample1 = `package sample

import "errors"

func grade(points, most int) (string, bool) {
	if points > most || points < 0 {
		return "", false
	}
	total := points*100 + most
	total += 1
	log(total)
	return name(total / most), true
}

func log(int) {}

func parse(s string) (string, error) {
	return s, errors.New("not a grade")
}

func find(s string) (string, bool) {
	return s, false
}

func name(n int) string {
	const half = 102 / 2
	if n == half {
		return "half"
	}
	n++
	return ""
}
`

const sampleTest = `package sample

import "testing"

func TestGrade(t *testing.T) {
	if _, ok := grade(3, 2); ok {
		t.Error("too many")
	}
	if s, _ := grade(1, 2); s != "half" {
		t.Error(s)
	}
}
`

// module creates a module with one package, and changes to its folder.
func module(t *testing.T) string {
	dir := t.TempDir()
	for name, src := range map[string]string{"go.mod": "module sample\n\ngo 1.26\n", "sample.go": sample1, "sample_test.go": sampleTest} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("GOFLAGS", "-mod=mod")
	return dir
}

// Each operator finds its places, and skips what can't change anything: a constant, a returned zero
// value.
func TestMutantsOfAPackage(t *testing.T) {
	all, err := load(module(t), []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		got = append(got, strings.TrimPrefix(m.key(), "sample.go: "))
	}
	want := []string{
		"the condition is negated: if points > most || points < 0 {",
		"|| becomes &&: if points > most || points < 0 {",
		"> becomes >=: if points > most || points < 0 {",
		"< becomes <=: if points > most || points < 0 {",
		"+ becomes -: total := points*100 + most",
		"* becomes /: total := points*100 + most",
		"+= becomes -=: total += 1",
		"the statement is dropped: log(total)",
		"the returned value is zero: return name(total / most), true",
		"/ becomes *: return name(total / most), true",
		"the returned error is nil: return s, errors.New(\"not a grade\")",
		"the returned false is true: return s, false",
		"== becomes !=: if n == half {",
		"the returned value is zero: return \"half\"",
		"++ becomes --: n++",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A run judges each mutant by the package's tests, and counts.
func TestRun(t *testing.T) {
	module(t)
	var out strings.Builder
	if err := run(&out, 1, 100, 60e9, nil, []string{"."}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"15 mutants, 0 of them listed as equivalent\n",
		"survived    sample.go:6: > becomes >=: if points > most || points < 0 {\n",
		"caught      sample.go:6: || becomes &&: if points > most || points < 0 {\n",
		"survived    sample.go:11: the statement is dropped: log(total)\n",
		"not reached sample.go:30: ++ becomes --: n++\n",
		"caught      sample.go:12: / becomes *: return name(total / most), true\n",
		"caught      sample.go:28: the returned value is zero: return \"half\"\n",
		"| all | 15 |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

// A sample depends only on its seed.
func TestSample(t *testing.T) {
	var all []*mutant
	for range 200 {
		all = append(all, &mutant{file: "a/b.go"})
	}
	drawn := func(seed uint64) string {
		s := ""
		for _, f := range sample(all, seed, 20) {
			for _, m := range f.mutants {
				s += " " + string(rune('a'+slices.Index(all, m)%26))
			}
		}
		return s
	}
	first, again, other := drawn(1), drawn(1), drawn(2)
	if first != again || first == other || len(first) != 40 {
		t.Errorf("%s, then %s; by another seed %s", first, again, other)
	}
}

// The list of equivalent mutants names existing places.
func TestEquivalentsAreThere(t *testing.T) {
	known, err := equivalent()
	if err != nil {
		t.Fatal(err)
	}
	for key := range known {
		file, rest, _ := strings.Cut(key, ": ")
		_, line, _ := strings.Cut(rest, ": ")
		src, err := os.ReadFile(filepath.Join("..", "..", file))
		if err != nil || line == "" || !strings.Contains(string(src), line) {
			t.Errorf("%q is not a place any more (%v)", key, err)
		}
	}
}
