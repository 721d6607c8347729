//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// TestBinds: databases come up on folders that belong to root, and again, in
// containers that are recreated, on what is then the databases' own.
func TestBinds(t *testing.T) {
	t.Parallel()
	k := newKit(t, "binds")
	for _, name := range []string{"postgres", "mariadb", "redis"} {
		if err := os.MkdirAll(filepath.Join(k.Dir, "data", name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	kept := map[string][2]string{
		"postgres": {"CREATE TABLE kept AS SELECT 'kept' AS word", "SELECT word FROM kept"},
		"mariadb":  {"CREATE DATABASE kept", "SHOW DATABASES LIKE 'kept'"},
		"redis":    {"SET kept kept", "GET kept"},
	}
	enginetest.Stage(t, "up", func(t *testing.T) { k.Deploy(t, 0, "up") })
	enginetest.Stage(t, "keep data", func(t *testing.T) {
		for name, say := range kept {
			must(t, client("binds-"+name, name, say[0]))
		}
	})
	enginetest.Stage(t, "recreated on their data", func(t *testing.T) {
		k.Deploy(t, 0, "down")
		k.Deploy(t, 0, "up")
		for name, say := range kept {
			if err := says("kept", client("binds-"+name, name, say[1])); err != nil {
				t.Error(err)
			}
		}
	})
	enginetest.Stage(t, "reset", func(t *testing.T) { k.Deploy(t, 0, "reset", "--yes") })
}
