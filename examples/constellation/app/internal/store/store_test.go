package store

import (
	"path/filepath"
	"testing"
)

func TestVector(t *testing.T) {
	for _, c := range []struct {
		in   []float32
		want string
	}{
		{nil, "[]"},
		{[]float32{1, -0.5, 1e-7}, "[1,-0.5,1e-07]"},
	} {
		if got := Vector(c.in); got != c.want {
			t.Errorf("%v: %s, not %s", c.in, got, c.want)
		}
	}
}

func TestOpenWithoutPassword(t *testing.T) {
	t.Setenv("PASSWORD_FILE", filepath.Join(t.TempDir(), "none"))
	if _, err := Open(t.Context()); err == nil {
		t.Error("a pool without a password")
	}
}
