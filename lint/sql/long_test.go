//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package sql_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/cputest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// The rows of a large seed take linear time.
func TestManyRows(t *testing.T) {
	cputest.Linear(t, 4000, func(n int) {
		m := sqltest.Flagship()
		db := m.Databases[0]
		seed := &manifest.Seed{Name: "many", Table: table(db, "trending_content")}
		for i := range n {
			seed.Rows = append(seed.Rows, sqltest.Row("content_id", strings.Repeat("x", 20), "time_window", big.NewInt(int64(i)).String(), "views", i))
		}
		db.Seeds = []*manifest.Seed{seed}
		sqltest.Locate(m)
		if diags := check(t, m); len(diags) > 0 {
			t.Fatal(diags[0])
		}
	})
}

func TestRules(t *testing.T) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := sqltest.Flagship()
			c.change(m.Databases[0])
			if name == "superuser" {
				m.Services = []*manifest.Service{m.Databases[0].Service, {Name: "app", Origin: m.Databases[0].Origin, Instances: []*manifest.Instance{{
					Env: []manifest.EnvVar{{Name: "DATABASE_URL", Value: manifest.Text{{Text: "postgres://postgres:"}, {Secret: m.Secrets[0]}, {Text: "@db:5432/omega"}}}}}}}}
			}
			sqltest.Locate(m)
			diags := check(t, m)
			found := false
			for _, d := range diags {
				detail := d.Detail
				if len(detail) > 300 {
					detail = detail[:300]
				}
				switch {
				case diag.Code(d) == "OG905":
					t.Errorf("a bug: %s", detail)
				case c.code == "":
					t.Errorf("%s %s", diag.Code(d), detail)
				case diag.Code(d) == c.code && strings.Contains(d.Detail, c.text):
					found = true
					if d.Subject == nil || d.Subject.Filename == "" {
						t.Error("no range")
					}
				}
			}
			if c.code != "" && !found {
				t.Errorf("no %s with %q in %v", c.code, c.text, diags)
			}
		})
	}
}
