// Package database decodes database blocks: the schema that lives in a
// service, down to its columns.
package database

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{Specs: []*lang.BlockSpec{databaseSpec()}, Finish: finish}
}

func databaseSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "database",
		Doc: "The schema of a PostgreSQL database that a service runs. It becomes init-db.sql, which an " +
			"empty database gets as it is; deploy.sh compares an older one with it, and changes what differs.",
		Labels: lang.Name1("The name of the database, in the manifest and (unless `name` is set) on the server."),
		Attrs: append([]lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that runs the server."},
			{Name: "name", Type: lang.String, Doc: "The name of the database on the server. Default: the label."},
			{Name: "user", Type: lang.String, Default: `"postgres"`, Doc: "The role that applies the schema."},
			{Name: "port", Type: lang.Int, Default: "5432", Doc: "The server's port in the container, as its service declares it: `service.x.port.p.container`."},
			{Name: "destroy", Type: lang.Strings, Doc: "Tables that are no longer declared and may be dropped with their rows: `[\"table orders\"]`, with the schema unless that is public."},
		}, core.CostAttrs("applying the schema")...),
		Blocks: []*lang.BlockSpec{extensionSpec(), schemaSpec(), typeSpec(), tableSpec(), functionSpec(), triggerSpec(),
			viewSpec(), roleSpec(), grantSpec(), seedSpec(), querySpec(), sqlSpec()},
		Declare: declareDatabase,
		Decode:  decodeDatabase,
	}
}

func declareDatabase(b *lang.Block) any {
	db := &manifest.Database{Origin: b.Origin(), Name: b.Name}
	// Sorted, so that the objects' order in the manifest doesn't matter.
	blocks := slices.Clone(b.Blocks())
	slices.SortStableFunc(blocks, func(x, y *lang.Block) int { return strings.Compare(x.Name, y.Name) })
	for _, k := range blocks {
		if o, ok := k.Ref.(manifest.DatabaseObject); ok {
			db.Add(o)
		}
	}
	b.Evaluation().Manifest.Databases = append(b.Evaluation().Manifest.Databases, db)

	b.Export("name", func() (cty.Value, error) { return serverName(b) })
	b.Export("file", func() (cty.Value, error) {
		return cty.StringVal(path(b)), nil
	})
	b.Export("psql", func() (cty.Value, error) { return psql(b) })
	b.ExportAttr("user", cty.String)
	b.ExportAttr("port", cty.Number)
	b.ExportRef("applied", "fact", manifest.Fact{Kind: manifest.DatabaseApplied, Name: b.Name})
	return db
}

// psql is the command that runs psql in the container of the database's server: of the first replica, as deploy.sh does. It takes
// SQL from its standard input, and stops at the first error.
func psql(b *lang.Block) (cty.Value, error) {
	service, ok := lang.Ref[*manifest.Service](b, "service")
	if !ok {
		return cty.NilVal, nil
	}
	instances, err := b.Evaluation().Exported(service.Object, "instances", service.Range)
	name, _ := serverName(b)
	if err != nil || instances == cty.NilVal || !instances.IsKnown() || name == cty.NilVal || b.Failed("user", "port", "name") {
		return cty.NilVal, err
	}
	exec := instances.Index(cty.NumberIntVal(0)).GetAttr("exec")
	words := []string{exec.AsString(), "psql -X -q -v ON_ERROR_STOP=1"}
	if n := b.Int("port"); n != 5432 {
		words = append(words, "-p", strconv.Itoa(n))
	}
	for _, w := range []struct{ flag, value string }{{"-U", b.String("user")}, {"-d", name.AsString()}} {
		word, err := quote.ShellWord(w.value)
		if err != nil {
			return cty.NilVal, fmt.Errorf("The shell can't be given %q: %w.", w.value, err)
		}
		words = append(words, w.flag, word)
	}
	return cty.StringVal(strings.Join(words, " ")), nil
}

func serverName(b *lang.Block) (cty.Value, error) {
	if !b.Has("name") {
		return cty.StringVal(b.Name), nil
	}
	v, ok := b.Value("name", cty.String)
	if !ok {
		return cty.NilVal, nil
	}
	return v, nil
}

// path is the path of the schema in the kit.
func path(b *lang.Block) string {
	return kit.SchemaPath(b.Name, len(b.Evaluation().Blocks("database")) > 1)
}

func decodeDatabase(b *lang.Block) {
	db := b.Ref.(*manifest.Database)
	if s, ok := lang.Ref[*manifest.Service](b, "service"); ok {
		db.Service = s.Value
	}
	db.DBName = b.Name
	if b.Has("name") {
		db.DBName = b.String("name")
	}
	db.User = b.String("user")
	db.Port = b.Int("port")
	db.At = ranges(b, "port", "destroy")
	if db.Port < 1 || db.Port > 65535 {
		b.Invalid("port", "must be a port, from 1 to 65535")
	}
	db.File = path(b)
	db.Cost = core.Cost(b)
	db.Duration = b.Duration("duration")
	for _, k := range b.Blocks() {
		if o, ok := k.Ref.(manifest.DatabaseObject); ok {
			decodeObject(k, o)
		}
	}
	for _, t := range db.Tables {
		wholeTables(b, t)
	}
	db.Destroy = permitted(b, "destroy", "table", db.At)
	for _, name := range db.Destroy {
		if slices.ContainsFunc(db.Tables, func(t *manifest.Table) bool { return qualified(t.Schema, t.Name) == qualified("", name) }) {
			b.Evaluation().Errorf(rulePermit, db.At["destroy "+name],
				"%s declares the table %q, so it can't be destroyed. Remove the table, or the element.", b.Address(), name)
		}
	}
	// Objects that lost what they belong to because of an error don't belong in the model.
	db.Triggers = slices.DeleteFunc(db.Triggers, func(t *manifest.Trigger) bool {
		return t.Table == nil && t.View == nil || t.Function == nil && t.FunctionName == ""
	})
	db.Seeds = slices.DeleteFunc(db.Seeds, func(s *manifest.Seed) bool { return s.Table == nil })
	db.Grants = slices.DeleteFunc(db.Grants, func(g *manifest.Grant) bool { return g.On == "" })
}

// qualified is a name with its schema; a name with a dot has one.
func qualified(schema, name string) string {
	if schema == "" && !strings.Contains(name, ".") {
		schema = "public"
	}
	return strings.TrimPrefix(schema+"."+name, ".")
}

// decodeObject fills one object of a database.
func decodeObject(b *lang.Block, o manifest.DatabaseObject) {
	switch o := o.(type) {
	case *manifest.Schema: // a name
	case *manifest.Extension:
		o.Schema = schemaOf(b)
		o.Version = b.String("version")
	case *manifest.EnumType:
		o.Schema = schemaOf(b)
		o.Values = b.Strings("values")
		if len(o.Values) == 0 && !b.Failed("values") {
			b.Invalid("values", "must contain at least one value")
		}
	case *manifest.Table:
		decodeTable(b, o)
	case *manifest.Function:
		decodeFunction(b, o)
	case *manifest.Trigger:
		decodeTrigger(b, o)
	case *manifest.View:
		decodeView(b, o)
	case *manifest.Role:
		decodeRole(b, o)
	case *manifest.Grant:
		decodeGrant(b, o)
	case *manifest.Seed:
		decodeSeed(b, o)
	case *manifest.Query:
		decodeQuery(b, o)
	case *manifest.RawSQL:
		o.SQL = sqlText(b, "sql")
		o.After = b.String("after")
		o.Transaction = b.Bool("transaction")
		o.At = ranges(b, "sql")
	}
}

// finish checks what takes all blocks.
func finish(p *lang.Evaluation) {
	engines(p)
	logins(p)
}

// otherEngines are servers, by family of images, that people use as databases and that aren't
// PostgreSQL.
var otherEngines = map[string]string{
	"cassandra": "Cassandra", "clickhouse": "ClickHouse", "cockroachdb": "CockroachDB", "dragonfly": "Dragonfly", "elasticsearch": "Elasticsearch",
	"etcd": "etcd", "influxdb": "InfluxDB", "mariadb": "MariaDB", "meilisearch": "Meilisearch", "memcached": "Memcached", "minio": "MinIO",
	"mongo": "MongoDB", "mysql": "MySQL", "neo4j": "Neo4j", "opensearch": "OpenSearch", "qdrant": "Qdrant", "redis": "Redis", "redismod": "Redis",
	"valkey": "Valkey", "victoriametrics": "VictoriaMetrics",
}

// engines reports databases whose service runs another server than PostgreSQL.
func engines(p *lang.Evaluation) {
	for _, b := range p.Blocks("database") {
		db, ok := b.Ref.(*manifest.Database)
		if !ok || db.Service == nil {
			continue
		}
		f := db.Service.Running()
		if f == nil || otherEngines[f.Family] == "" {
			continue
		}
		p.Errorf(ruleEngine, b.AttrRange("service"), "%s runs %s (%s), and %s is a PostgreSQL database: psql applies its tables, roles and grants. "+
			"Use a service with PostgreSQL; or create the schema in %s with an action of your own, and remove this block.",
			db.Service.Address, otherEngines[f.Family], db.Service.Image.Tag, db.Address, otherEngines[f.Family])
	}
}
