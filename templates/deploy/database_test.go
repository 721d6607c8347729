package deploy_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// TestSecondDatabase: a database beside the one that the server makes is made
// before its schema is applied, once, whatever its name; the server's own is not.
func TestSecondDatabase(t *testing.T) {
	server := pgtest.Start(t)
	for _, name := range []string{"shop", `a "b" 'c' \d :e`} {
		m := model()
		pulled := &manifest.Image{Origin: origin("image.db"), Name: "db", Tag: "db:1", Pull: "db:1"}
		sv := &manifest.Service{Origin: origin("service.db"), Name: "db", Image: pulled,
			Instances: []*manifest.Instance{{Name: "db", ContainerName: "db", Env: []manifest.EnvVar{{Name: "POSTGRES_DB", Value: manifest.PlainText("own")}}}}}
		m.Images, m.Services = []*manifest.Image{pulled}, []*manifest.Service{sv}
		var others []artifact.Artifact
		for _, db := range []string{"own", name} {
			file := "init-db-" + n(db)[:1] + ".sql"
			m.Databases = append(m.Databases, &manifest.Database{Origin: origin("database." + file), Name: file[8:9], Service: sv, DBName: db, User: "postgres", Port: 5432, File: file, Cost: big.NewRat(1, 1)})
			others = append(others, artifact.Artifact{Path: file, Content: []byte("SELECT 1;\n")})
		}
		arts, diags := deploy.Render(m, planner.Plans(m, planner.Options{}), others)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		made := 0
		var parts []string
		for _, a := range arts {
			if split := strings.Split(string(a.Content), "<<'SQL'\n"); strings.HasPrefix(a.Path, "deploy/actions/") && len(split) > 1 {
				made += len(split) - 1
				parts = split
			}
		}
		if made != 1 {
			t.Fatalf("%d databases are made, not one", made)
		}
		sql, rest, _ := strings.Cut(parts[1], "\nSQL\n")
		if !strings.Contains(rest, file(m)) {
			t.Errorf("the schema is not applied after that:\n%s", rest)
		}
		for range 2 {
			if out, errors, err := server.Run("postgres", sql+"\n"); err != nil || out != "" || errors != "" {
				t.Fatalf("%s\n%s%s%v", sql, out, errors, err)
			}
			var got []struct{ Datname string }
			server.Query(t, "postgres", "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1') ORDER BY oid DESC LIMIT 1", &got)
			if len(got) != 1 || got[0].Datname != name {
				t.Errorf("made %v, not %q", got, name)
			}
		}
	}
}

// file is the schema of the last database.
func file(m *manifest.Manifest) string { return m.Databases[len(m.Databases)-1].File }
