// Package database decodes database blocks: the schema that lives in a
// service, down to its columns.
package database

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{Specs: []*lang.BlockSpec{databaseSpec()}}
}

func databaseSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "database",
		Doc: "The schema of a PostgreSQL database that a service runs. It becomes init-db.sql, which can be applied " +
			"again and again, also to a volume that holds an older schema.",
		Labels: lang.Name1("The database's name, in the manifest and (unless `name` says otherwise) on the server."),
		Attrs: append([]lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that runs the server."},
			{Name: "name", Type: lang.String, Doc: "The database's name on the server. Default: the label."},
			{Name: "user", Type: lang.String, Default: `"postgres"`, Doc: "The role that applies the schema."},
			{Name: "port", Type: lang.Int, Default: "5432", Doc: "The server's port inside the container, as its service declares it: `service.x.port.p.container`."},
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
	b.Program().Manifest.Databases = append(b.Program().Manifest.Databases, db)

	b.Export("name", func() (cty.Value, error) { return serverName(b) })
	b.Export("file", func() (cty.Value, error) {
		return cty.StringVal(path(b)), nil
	})
	b.ExportAttr("user", cty.String)
	b.ExportAttr("port", cty.Number)
	b.ExportRef("applied", "fact", manifest.Fact{Kind: manifest.DatabaseApplied, Name: b.Name})
	return db
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
	return kit.SchemaPath(b.Name, len(b.Program().Blocks("database")) > 1)
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
	db.At = ranges(b, "port")
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
	// What lost its object to an error has no place in the model.
	db.Triggers = slices.DeleteFunc(db.Triggers, func(t *manifest.Trigger) bool {
		return t.Table == nil && t.View == nil || t.Function == nil && t.FunctionName == ""
	})
	db.Seeds = slices.DeleteFunc(db.Seeds, func(s *manifest.Seed) bool { return s.Table == nil })
	db.Grants = slices.DeleteFunc(db.Grants, func(g *manifest.Grant) bool { return g.On == "" })
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
			b.Invalid("values", "must hold at least one value")
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
