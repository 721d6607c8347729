package catalogue

import (
	"slices"
	"strings"
	"testing"
)

// Each name is found, the first and the last too, and names that aren't there aren't.
func TestLookup(t *testing.T) {
	seen := map[string]int{}
	for _, l := range lines(functions) {
		name, _, _ := strings.Cut(l, "\t")
		seen[name]++
	}
	for name, n := range seen {
		if got := Functions(name); len(got) != n {
			t.Errorf("%s has %d signatures, not %d", name, len(got), n)
		}
		if got := Functions(name + "!"); len(got) > 0 {
			t.Errorf("%s! is found", name)
		}
	}
	for _, name := range []string{"", "\x00", "~", "zzz", "nosuch"} {
		if got := Functions(name); len(got) > 0 {
			t.Errorf("%q is found: %v", name, got)
		}
	}
}

func TestKinds(t *testing.T) {
	f := Functions("to_tsvector")
	if !slices.ContainsFunc(f, func(f Function) bool { return f.Volatility == Stable && slices.Equal(f.Args, []string{"text"}) }) {
		t.Error(f)
	}
	if o := Operators("<=>"); len(o) < 2 || o[0].Extension != "cube" && o[0].Extension != "vector" {
		t.Error(o)
	}
	if c := Casts("int4"); len(c) < 5 {
		t.Error(c)
	}
	if tt, ok := TypeOf("text"); !ok || !tt.Preferred || tt.Category != 'S' {
		t.Error(tt)
	}
	if m := Methods(); m["hnsw"] != "vector" || m["btree"] != "" {
		t.Error(m)
	}
	if !Known("vector") || !Known("uuid-ossp") || !Known("plpgsql") || Known("postgis") || slices.Contains(Extensions(), "vector") {
		t.Error(Extensions())
	}
	if r := Relations("pg_stat_activity"); len(r) == 0 || !slices.Contains(r[0].Columns, "state") {
		t.Error(r)
	}
}
