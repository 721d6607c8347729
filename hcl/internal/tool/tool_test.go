package tool

import "testing"

func TestParse(t *testing.T) {
	for _, tc := range []struct{ in, name, constraint string }{
		{"docker", "docker", ""},
		{" docker >= 24 ", "docker", ">= 24"},
		{"go>=1.22.3", "go", ">= 1.22.3"},
		{"rustc == 1.75", "rustc", "= 1.75"},
		{"g++ < 14", "g++", "< 14"},
		{"docker-compose <= 2", "docker-compose", "<= 2"},
	} {
		got, err := Parse(tc.in)
		if err != nil || got.Name != tc.name || got.Constraint != tc.constraint {
			t.Errorf("%q: %+v, %v", tc.in, got, err)
		}
	}
	for _, in := range []string{"", ">= 3", "-x", "a b", "docker >=", "docker >= v2", "docker >= 2.", "docker ~> 2", "a;b", "docker >= 2, < 3", "/bin/sh", "$(x)", "a\nb"} {
		if got, err := Parse(in); err == nil {
			t.Errorf("%q: %+v", in, got)
		}
	}
}
