// Package sqltest holds schemas that the tests of templates/sql and lint/sql
// share.
package sqltest

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Column is short for a column.
func Column(name, typ string, null bool, def string) *manifest.Column {
	return &manifest.Column{Name: name, Type: typ, Null: null, Default: def}
}

// KV is short for an ordered list of pairs.
func KV(pairs ...string) []manifest.KeyValue {
	var out []manifest.KeyValue
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, manifest.KeyValue{Key: pairs[i], Value: pairs[i+1]})
	}
	return out
}

// Row is short for a row of a seed: column, value, ….
func Row(pairs ...any) manifest.SeedRow {
	var row manifest.SeedRow
	for i := 0; i+1 < len(pairs); i += 2 {
		v := manifest.SeedValue{Column: pairs[i].(string)}
		switch p := pairs[i+1].(type) {
		case Expr:
			v.Expr = string(p)
		case int:
			v.Value = big.NewRat(int64(p), 1)
		default:
			v.Value = p
		}
		row.Columns = append(row.Columns, v)
	}
	return row
}

// Expr is an SQL expression in a Row.
type Expr string

// Flagship is a manifest whose database uses about everything.
func Flagship() *manifest.Manifest {
	password := &manifest.Secret{Name: "app_password", From: &manifest.GeneratedSecret{Length: 24}, EnvVar: "APP_PASSWORD"}
	db := &manifest.Database{
		Name: "omega", DBName: "omega", User: "postgres", Port: 5432, File: "init-db.sql",
		Extensions: []*manifest.Extension{{Name: "vector"}},
		Types:      []*manifest.EnumType{{Name: "sync_status", Values: []string{"pending", "synced", "it's failed"}}},
		Roles: []*manifest.Role{
			{Name: "omega_app", Login: true, Inherit: true, Password: password, MemberOf: []string{"omega_read"}},
			{Name: "omega_read", Inherit: true},
		},
	}
	devices := &manifest.Table{Name: "devices", Comment: "Devices that took part in a sync",
		Columns: []*manifest.Column{
			Column("device_id", "varchar(255)", false, ""),
			Column("region", "text", false, "'unknown'"),
			Column("status", "sync_status", false, "'pending'"),
			Column("last_seen", "timestamp with time zone", true, "now()"),
			Column("labels", "text[]", false, "'{}'"),
		}, PrimaryKey: []string{"device_id"}}
	devices.Columns[1].Comment = "Where it's; \"quoted\" \\ $$"
	patterns := &manifest.Table{Name: "patterns",
		Columns: []*manifest.Column{
			Column("id", "uuid", false, "gen_random_uuid()"),
			Column("device_id", "varchar(255)", false, ""),
			Column("embedding", "vector(3)", false, ""),
			Column("success_rate", "real", false, "0.0"),
			Column("sample_count", "integer", false, "0"),
			Column("context", "jsonb", true, ""),
			Column("updated_at", "timestamp with time zone", false, "now()"),
			Column("quality", "real", false, "score(0, 0)"),
		}, PrimaryKey: []string{"id"},
		Checks: []*manifest.CheckConstraint{{Name: "success_rate_range", Expr: "success_rate >= 0 AND success_rate <= 1"}},
		Indexes: []*manifest.Index{
			{Name: "patterns_device_idx", On: []string{"device_id", "updated_at DESC"}},
			{Name: "patterns_good_idx", On: []string{"success_rate"}, Where: "success_rate >= 0.8"},
			{Name: "patterns_hnsw_idx", Using: "hnsw", On: []string{"embedding vector_cosine_ops"}, With: KV("ef_construction", "200", "m", "32")},
		}}
	patterns.ForeignKeys = []*manifest.ForeignKey{{Columns: []string{"device_id"}, Table: devices, References: []string{"device_id"}, OnDelete: "cascade"}}
	content := &manifest.Table{Name: "content_embeddings",
		Columns: []*manifest.Column{
			Column("content_id", "varchar(255)", false, ""),
			Column("title", "text", false, ""),
			Column("embedding", "vector(3)", false, ""),
			Column("metadata", "jsonb", true, ""),
		}, PrimaryKey: []string{"content_id"},
		Indexes: []*manifest.Index{{Name: "content_embeddings_hnsw_idx", Using: "hnsw", On: []string{"embedding vector_cosine_ops"}}}}
	trending := &manifest.Table{Name: "trending_content",
		Columns: []*manifest.Column{
			Column("id", "bigserial", false, ""),
			Column("content_id", "varchar(255)", false, ""),
			Column("time_window", "text", false, ""),
			Column("views", "bigint", false, "0"),
			Column("heat", "real", true, ""),
		}, PrimaryKey: []string{"id"}, Unique: [][]string{{"content_id", "time_window"}},
		ForeignKeys: []*manifest.ForeignKey{{Columns: []string{"content_id"}, Table: content, References: []string{"content_id"}}}}
	trending.Columns[4] = &manifest.Column{Name: "heat", Type: "real", Null: true, Generated: "views * 0.5"}
	federation := &manifest.Table{Name: "federation_state",
		Columns: []*manifest.Column{
			{Name: "id", Type: "integer", Identity: "by default"},
			Column("region", "text", false, ""),
			Column("checkpoint", "jsonb", false, "'{}'::jsonb"),
			Column("order", "integer", true, ""),
		}, PrimaryKey: []string{"id"}}
	federation.Columns[1].Unique = true
	db.Tables = []*manifest.Table{content, devices, federation, patterns, trending}
	for _, t := range db.Tables {
		t.Database = db
	}
	touch := &manifest.Function{Name: "touch_updated_at", Returns: "trigger", Language: "plpgsql",
		Body: "BEGIN\n    NEW.updated_at = now();\n    RETURN NEW;\nEND;\n"}
	score := &manifest.Function{Name: "score", Args: KV("success", "real", "samples", "integer DEFAULT 0"), Returns: "real",
		Language: "plpgsql", Volatility: "immutable", Strict: true, Comment: "Quality of a pattern",
		Body: "BEGIN\n    RETURN success * ln(1 + samples);\nEND;\n"}
	count := &manifest.Function{Name: "device_count", Returns: "bigint", Language: "sql", Volatility: "stable", SearchPath: []string{"public"},
		Body: "SELECT count(*) FROM devices\n"}
	db.Functions = []*manifest.Function{count, score, touch}
	db.Triggers = []*manifest.Trigger{{Name: "patterns_touch", Table: patterns, When: "before", Events: []string{"update"}, ForEach: "row",
		Condition: "OLD.* IS DISTINCT FROM NEW.*", Function: touch}}
	best := &manifest.View{Name: "best_patterns", Comment: "Patterns by quality",
		Query: "SELECT p.*, score(p.success_rate, p.sample_count) AS rank FROM patterns p -- all of them\nORDER BY rank DESC; -- done\n"}
	stats := &manifest.View{Name: "a_device_stats", Query: "SELECT d.device_id, count(p.id) AS n, max(p.rank) AS best\nFROM devices d LEFT JOIN best_patterns p ON p.device_id = d.device_id\nGROUP BY d.device_id"}
	totals := &manifest.View{Name: "totals", Materialized: true, Query: "SELECT device_count() AS devices"}
	db.Views = []*manifest.View{stats, best, totals}
	db.Grants = []*manifest.Grant{
		{Name: "app", Privileges: []string{"DELETE", "INSERT", "SELECT", "UPDATE"}, On: "all_tables", To: []string{"omega_app"}},
		{Name: "app_sequences", Privileges: []string{"USAGE"}, On: "all_sequences", To: []string{"omega_app"}},
		{Name: "read", Privileges: []string{"SELECT"}, On: "view", Objects: []string{"a_device_stats", "best_patterns"}, To: []string{"omega_read"}},
	}
	db.Seeds = []*manifest.Seed{
		{Name: "content", Table: content, Conflict: []string{"content_id"}, Update: true, Rows: []manifest.SeedRow{
			Row("content_id", "it's", "embedding", []any{big.NewRat(1, 2), big.NewRat(0, 1), big.NewRat(-1, 4)}, "metadata",
				map[string]any{"b": []any{true, nil}, "a": "<x & 'y'> \\"}, "title", "A \\ B\n\"C\""),
			Row("content_id", "two", "embedding", Expr("array_fill(0.5, ARRAY[3])::vector"), "title", "$$ -- ;"),
		}},
		{Name: "devices", Table: devices, Rows: []manifest.SeedRow{
			Row("device_id", "tv-1", "labels", []any{"a,b", "c\"d'", nil}, "status", "it's failed"),
		}},
		{Name: "trends", Table: trending, Rows: []manifest.SeedRow{
			Row("content_id", "two", "time_window", "1h", "views", 7),
		}},
		{Name: "federation", Table: federation, Update: true, Rows: []manifest.SeedRow{Row("region", "eu", "order", 1), Row("region", "us", "order", nil)}},
	}
	db.Queries = []*manifest.Query{{Name: "nearest", SQL: "SELECT content_id FROM content_embeddings ORDER BY embedding <=> $1 LIMIT 10", Params: []string{"vector"}}}
	db.Raw = []*manifest.RawSQL{{Name: "vacuum", SQL: "VACUUM ANALYZE patterns; VACUUM ANALYZE devices"},
		{Name: "doc", SQL: "COMMENT ON DATABASE omega IS 'recommendations';\n-- the end", Transaction: true}}
	m := &manifest.Manifest{System: &manifest.System{Name: "exogenesis-omega"}, Databases: []*manifest.Database{db}, Secrets: []*manifest.Secret{password}}
	Locate(m)
	return m
}

// Locate gives every object a unique address and range.
func Locate(m *manifest.Manifest) {
	line := 0
	at := func(o *manifest.Origin, address string) {
		line++
		o.Address = address
		o.Range = hcl.Range{Filename: "db.hcl", Start: hcl.Pos{Line: line, Column: 1, Byte: line * 100}, End: hcl.Pos{Line: line, Column: 9, Byte: line*100 + 8}}
	}
	for _, db := range m.Databases {
		p := "database." + db.Name
		at(&db.Origin, p)
		for _, x := range db.Extensions {
			at(&x.Origin, p+".extension."+x.Name)
		}
		for _, x := range db.Schemas {
			at(&x.Origin, p+".schema."+x.Name)
		}
		for _, x := range db.Types {
			at(&x.Origin, p+".type."+x.Name)
		}
		for _, x := range db.Roles {
			at(&x.Origin, p+".role."+x.Name)
		}
		for _, t := range db.Tables {
			locateTable(at, p, t)
		}
		for _, x := range db.Functions {
			at(&x.Origin, p+".function."+x.Name)
		}
		for _, x := range db.Triggers {
			at(&x.Origin, p+".trigger."+x.Name)
		}
		for _, x := range db.Views {
			at(&x.Origin, p+".view."+x.Name)
		}
		for _, x := range db.Grants {
			at(&x.Origin, p+".grant."+x.Name)
		}
		for _, x := range db.Seeds {
			at(&x.Origin, p+".seed."+x.Name)
		}
		for _, x := range db.Queries {
			at(&x.Origin, p+".query."+x.Name)
		}
		for _, x := range db.Raw {
			at(&x.Origin, p+".sql."+x.Name)
		}
	}
}

func locateTable(at func(*manifest.Origin, string), p string, t *manifest.Table) {
	p += ".table." + t.Name
	at(&t.Origin, p)
	for _, x := range t.Columns {
		x.Table = t
		at(&x.Origin, p+".column."+x.Name)
	}
	for _, x := range t.Checks {
		at(&x.Origin, p+".check."+x.Name)
	}
	for _, x := range t.Indexes {
		at(&x.Origin, p+".index."+x.Name)
	}
	for _, x := range t.ForeignKeys {
		at(&x.Origin, p+".foreign_key")
	}
}
