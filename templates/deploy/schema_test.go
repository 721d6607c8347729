package deploy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	artifact "github.com/omegagen/omegagen/internal/kit"
)

// ./deploy.sh schema asks each database of the kit, and changes nothing in a dry run; a failure
// is its exit status.
func TestSchemaCommand(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		k.want(0)
		log := filepath.Join(k.bin, "world/psql")
		if err := os.Remove(log); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(0, "schema", "--dry-run"), "Database omega, init-db.sql:", "The database has none of the declared objects: init-db.sql is run as it is.")
		calls, _ := os.ReadFile(filepath.Join(k.bin, "world/calls"))
		contains(t, string(calls), "exec -i test-database psql -X -q -A -t -v ON_ERROR_STOP=1 -p 5432 -U postgres -d omega -f -")
		ran := func() string {
			b, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if text := ran(); !strings.Contains(text, "CREATE DATABASE") || strings.Count(text, "CREATE TABLE x ();") != 1 || !strings.Contains(text, "ROLLBACK;") {
			t.Errorf("a dry run runs\n%s", text)
		}
		contains(t, k.want(0, "schema"), "The database had none of the declared objects: init-db.sql was run as it is.")
		if text := ran(); strings.Count(text, "CREATE TABLE x ();") != 3 { // the dry run's, the comparison's, and its own
			t.Errorf("schema runs\n%s", text)
		}
		k.program("docker", strings.Replace(dockerProgram, `cat >>"$w/psql"; printf 'state empty\ncomplete\n'`, `cat >/dev/null; echo 'ERROR:  42501: permission denied to create database' >&2; exit 1`, 1))
		contains(t, k.want(3, "schema"), `ALTER ROLE "postgres" CREATEDB;`)
		k.write(artifact.DeploySchemaSQLPath, "-- edited\n")
		contains(t, k.want(5, "schema"), "deploy/schema.sql")
	})
}
