package store

import (
	"os"
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

// The user may be in a file, which then counts instead of PGUSER.
func TestUserOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	t.Setenv("PASSWORD_FILE", file)
	t.Setenv("USER_FILE", file)
	t.Setenv("PGUSER", "fixed")
	if err := os.WriteFile(file, []byte("app_b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := settings()
	if err != nil || config.ConnConfig.User != "app_b" {
		t.Errorf("the user is %q: %v", config.ConnConfig.User, err)
	}
	t.Setenv("USER_FILE", file+" that isn't there")
	if _, err := settings(); err == nil {
		t.Error("a pool without its user")
	}
}
