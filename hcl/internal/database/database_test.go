package database_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/database"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

const frame = `
system "s" {
}
service "db" {
}
secret "app_password" {
  length = 24
}
`

func load(t *testing.T, src string) (*manifest.Manifest, hcl.Diagnostics) {
	t.Helper()
	// This package only requires that services exist.
	services := lang.Package{Specs: []*lang.BlockSpec{{Type: "service", Labels: lang.Name1(""),
		Declare: func(b *lang.Block) any { return &manifest.Service{Origin: b.Origin(), Name: b.Name} }}}}
	return lang.Run(lang.Input{FS: fstest.MapFS{"m.hcl": {Data: []byte(frame + src)}}, Dir: "."},
		[]lang.Package{core.Package(), database.Package(), services})
}

const whole = `
database "omega" {
  service = service.db
  user    = "boss"
  extension "vector" {
    version = "0.8.0"
  }
  schema "other" {
  }
  type "mood" {
    values = ["sad", "glad"]
  }
  table "patterns" {
    comment = "what's learnt"
    column "id" {
      type = "uuid"
      null = false
      default = "gen_random_uuid()"
    }
    column "device" {
      type = "text"
    }
    column "n" {
      type    = "integer"
      default = 0
    }
    column "embedding" {
      type = "vector(384)"
    }
    primary_key = ["id"]
    unique      = [["device", "n"]]
    check "n_positive" {
      expr = "n >= 0"
    }
    foreign_key {
      columns    = ["device"]
      references = database.omega.table.devices.column.id
      on_delete  = "cascade"
    }
    index "patterns_idx" {
      using = "hnsw"
      on    = ["embedding vector_cosine_ops"]
      with  = { m = 32, ef_construction = 200 }
    }
  }
  table "devices" {
    schema = database.omega.schema.other
    column "id" {
      type = "text"
    }
    primary_key = ["id"]
    foreign_key {
      columns    = ["id"]
      references = database.omega.table.devices
    }
  }
  function "touch" {
    returns = "trigger"
    arg "a" {
      type    = "integer"
      default = 1
    }
    arg "b" {
      type = "text"
    }
    body = <<-SQL
      BEGIN
        RETURN NEW;
      END;
    SQL
  }
  trigger "t" {
    on       = database.omega.table.patterns
    timing   = "before"
    events   = ["update"]
    function = database.omega.function.touch
  }
  view "v" {
    query = "SELECT id FROM ${database.omega.table.patterns.name}"
  }
  role "app" {
    password  = secret.app_password
    member_of = [database.omega.role.readers, "pg_monitor"]
  }
  role "readers" {
    login = false
  }
  grant "rw" {
    privileges = ["select", "insert"]
    on         = [database.omega.table.patterns, database.omega.view.v]
    to         = [database.omega.role.app, "public"]
  }
  grant "all" {
    privileges = ["all"]
    all        = "sequences"
    to         = [database.omega.role.app]
  }
  grant "connect" {
    privileges = ["connect"]
    on         = database.omega
    to         = [database.omega.role.app]
  }
  seed "one" {
    table = database.omega.table.patterns
    rows  = [{ device = "a", n = 1.5 }, { n = null, device = "b" }]
    expressions = { embedding = "array_fill(0, ARRAY[384])::vector" }
  }
  query "q" {
    sql     = "SELECT 1"
    service = service.db
  }
  sql "vacuum" {
    sql         = "VACUUM"
    transaction = false
  }
}
locals {
  names = [database.omega.name, database.omega.file, database.omega.user, database.omega.table.patterns.column.id.name]
}
`

func TestDecode(t *testing.T) {
	m, diags := load(t, whole)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	db := m.Databases[0]
	if db.File != "init-db.sql" || db.DBName != "omega" || db.User != "boss" || db.Service.Name != "db" || db.Port != 5432 {
		t.Errorf("database %+v", db)
	}
	p := db.Tables[1]
	if p.Name != "patterns" || p.Columns[2].Name != "n" || p.Columns[2].Default != "0" || p.ForeignKeys[0].Table != db.Tables[0] ||
		p.ForeignKeys[0].References[0] != "id" || p.Indexes[0].With[1].Value != "32" || p.Database != db || p.Columns[0].Table != p {
		t.Errorf("table %+v", p)
	}
	if d := db.Tables[0]; d.Schema != "other" || d.ForeignKeys[0].References[0] != "id" {
		t.Errorf("table %+v", d)
	}
	if f := db.Functions[0]; f.Args[0].Value != "integer DEFAULT 1" || f.Args[1].Key != "b" || f.Language != "plpgsql" {
		t.Errorf("function %+v", f)
	}
	if r := db.Roles[0]; r.Password.Name != "app_password" || strings.Join(r.MemberOf, " ") != "readers pg_monitor" {
		t.Errorf("role %+v", r)
	}
	if g := db.Grants[2]; strings.Join(g.Objects, " ") != "patterns v" || strings.Join(g.Privileges, " ") != "INSERT SELECT" || g.On != "table" || strings.Join(g.To, " ") != "app public" {
		t.Errorf("grant %+v", g)
	}
	if s := db.Seeds[0]; len(s.Rows) != 2 || s.Rows[0].Columns[0].Value != "a" || s.Rows[1].Columns[2].Value != nil ||
		s.Rows[1].Columns[1].Expr == "" || s.Rows[0].Columns[0].Range.Start.Line != s.Rows[0].Range.Start.Line {
		t.Errorf("seed %+v", s)
	}
	if v := db.Views[0]; v.Query != "SELECT id FROM patterns" {
		t.Errorf("view %+v", v)
	}
}

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct{ body, code, text string }{
		"sources":     {"table \"t\" {\ncolumn \"a\" {\ntype = \"int\"\ndefault = 1\nidentity = \"always\"\n}\n}", "OG601", "both"},
		"unique":      {"table \"t\" {\ncolumn \"a\" {\ntype = \"int\"\n}\nunique = [\"a\"]\n}", "OG602", "is not a list of columns"},
		"two tables":  {"table \"t\" {\ncolumn \"a\" {\ntype = \"int\"\n}\nforeign_key {\ncolumns = [\"a\", \"a\"]\nreferences = [database.d.table.t.column.a, database.d.table.u.column.a]\n}\n}\ntable \"u\" {\ncolumn \"a\" {\ntype = \"int\"\n}\n}", "OG603", "one table"},
		"no key":      {"table \"t\" {\ncolumn \"a\" {\ntype = \"int\"\n}\nforeign_key {\ncolumns = [\"a\"]\nreferences = database.d.table.t\n}\n}", "OG603", "no primary key"},
		"no function": {"table \"t\" {\n}\ntrigger \"x\" {\non = database.d.table.t\ntiming = \"before\"\nevents = [\"insert\"]\n}", "OG604", "requires either"},
		"group":       {"role \"r\" {\nlogin = false\npassword = secret.app_password\n}", "OG605", "can't log in"},
		"privilege":   {"role \"r\" {\n}\ngrant \"g\" {\nprivileges = [\"execute\"]\nall = \"tables\"\nto = [database.d.role.r]\n}", "OG606", "is not a privilege"},
		"row":         {"table \"t\" {\n}\nseed \"s\" {\ntable = database.d.table.t\nrows = [1]\n}", "OG607", "map from columns"},
		"foreign":     {"view \"v\" {\nquery = \"SELECT 1\"\ndepends_on = [database.other.view.w]\n}", "OG608", "another database"},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := load(t, "database \"d\" {\nservice = service.db\n"+c.body+"\n}\ndatabase \"other\" {\nservice = service.db\nview \"w\" {\nquery = \"SELECT 1\"\n}\n}\n")
			for _, d := range diags {
				if diag.Code(d) == c.code && strings.Contains(d.Detail, c.text) {
					return
				}
			}
			t.Errorf("no %s with %q in %v", c.code, c.text, diags)
		})
	}
}
