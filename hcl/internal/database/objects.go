package database

import (
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func extensionSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "extension", Doc: "A server extension that the schema requires.",
		Labels: lang.Name1("The name of the extension, such as vector."),
		Attrs: []lang.Attr{schemaAttr(),
			{Name: "version", Type: lang.String, Doc: "The version to install or update to. Default: the server's default."}},
		Declare: func(b *lang.Block) any { return &manifest.Extension{Origin: b.Origin(), Name: b.Name} },
	}
}

func schemaSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "schema", Doc: "A schema besides public.", Labels: lang.Name1("The name of the schema."),
		Declare: func(b *lang.Block) any { return &manifest.Schema{Origin: b.Origin(), Name: b.Name} },
	}
}

func typeSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "type", Doc: "An enumeration type. Values can be added later, but not removed.",
		Labels: lang.Name1("The name of the type."),
		Attrs: []lang.Attr{schemaAttr(),
			{Name: "values", Type: lang.Strings, Required: true, Doc: "The values, in order."}},
		Declare: func(b *lang.Block) any { return &manifest.EnumType{Origin: b.Origin(), Name: b.Name} },
	}
}

func functionSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "function", Doc: "A function. It replaces an existing one.",
		Labels: lang.Name1("The name of the function."),
		Attrs: []lang.Attr{schemaAttr(),
			{Name: "returns", Type: lang.String, Default: `"void"`, Doc: "The SQL type of the result; trigger for a trigger function."},
			{Name: "language", Type: lang.String, Default: `"plpgsql"`, Doc: "The language: plpgsql, sql or another language of the server."},
			{Name: "volatility", Type: lang.String, Values: []string{"immutable", "stable", "volatile"}, Doc: "The volatility of the function. Default: volatile."},
			{Name: "strict", Type: lang.Bool, Default: "false", Doc: "Whether a null argument makes the result null."},
			{Name: "security", Type: lang.String, Values: []string{"definer", "invoker"}, Doc: "Whose privileges the function runs with. Default: invoker."},
			{Name: "search_path", Type: lang.Strings, Doc: "The search path of the body, such as [\"public\"]. Default: the caller's. Functions used by materialized views and indexes require it, because PostgreSQL 17 calls them with an empty path."},
			{Name: "body", Type: lang.String, Required: true, Doc: "The body, in the function's language."},
			{Name: "comment", Type: lang.String, Doc: "The comment on the function."},
		},
		Blocks: []*lang.BlockSpec{{
			Type: "arg", Doc: "An argument. Arguments keep their order.", Labels: lang.Name1("The name of the argument."),
			Attrs: []lang.Attr{
				{Name: "type", Type: lang.String, Required: true, Doc: "The SQL type."},
				{Name: "default", Type: lang.Any, Doc: "The default, an SQL expression."},
			},
		}},
		Declare: func(b *lang.Block) any { return &manifest.Function{Origin: b.Origin(), Name: b.Name} },
	}
}

func triggerSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "trigger", Doc: "A trigger. It replaces an existing one.", Labels: lang.Name1("The name of the trigger."),
		Attrs: []lang.Attr{
			{Name: "on", Type: lang.RefTo("table", "view"), Required: true, Doc: "The table or view."},
			{Name: "timing", Type: lang.String, Required: true, Values: []string{"before", "after", "instead of"}, Doc: "When the trigger fires."},
			{Name: "events", Type: lang.Strings, Required: true, Values: []string{"insert", "update", "delete", "truncate"}, Doc: "The events that fire the trigger."},
			{Name: "columns", Type: lang.Strings, Doc: "Fire only on updates of these columns."},
			{Name: "per", Type: lang.String, Default: `"row"`, Values: []string{"row", "statement"}, Doc: "How often the trigger fires."},
			{Name: "condition", Type: lang.String, Doc: "An SQL condition over OLD and NEW."},
			{Name: "function", Type: lang.RefTo("function"), Doc: "The function to call."},
			{Name: "function_name", Type: lang.String, Doc: "Instead of `function`: the name of one that isn't declared here."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Trigger{Origin: b.Origin(), Name: b.Name} },
	}
}

func viewSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "view", Doc: "A view. It replaces an existing one; PostgreSQL requires that the existing columns stay. To change those, drop the old view in an sql block with after = \"tables\".",
		Labels: lang.Name1("The name of the view."),
		Attrs: []lang.Attr{schemaAttr(),
			{Name: "query", Type: lang.String, Required: true, Doc: "The query, in SQL."},
			{Name: "materialized", Type: lang.Bool, Default: "false", Doc: "Whether the rows are stored. An existing materialized view isn't replaced."},
			{Name: "comment", Type: lang.String, Doc: "The comment on the view."},
			{Name: "depends_on", Type: lang.RefsTo("view"), Doc: "Views that must be created before this one. Those that the query names are found automatically."},
		},
		Declare: func(b *lang.Block) any { return &manifest.View{Origin: b.Origin(), Name: b.Name} },
	}
}

func querySpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "query", Doc: "A statement that a service sends. It is checked against the schema but not written to any file.",
		Labels: lang.Name1("The name of the query."),
		Attrs: []lang.Attr{
			{Name: "sql", Type: lang.String, Required: true, Doc: "A single SQL statement; $1, $2 … are its parameters."},
			{Name: "params", Type: lang.Strings, Doc: "The SQL types of the parameters."},
			{Name: "service", Type: lang.RefTo("service"), Doc: "The service that sends the statement."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Query{Origin: b.Origin(), Name: b.Name} },
	}
}

func sqlSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "sql", Doc: "Verbatim SQL, for objects that have no block type. It must be repeatable.",
		Labels: lang.Name1("A name for the block."),
		Attrs: []lang.Attr{
			{Name: "sql", Type: lang.String, Required: true, Doc: "One or more SQL statements."},
			{Name: "after", Type: lang.String, Default: `"seeds"`, Doc: "The section of init-db.sql that the statements follow.",
				Values: []string{"extensions", "tables", "functions", "triggers", "views", "seeds", "grants"}},
			{Name: "transaction", Type: lang.Bool, Default: "true", Doc: "Whether the statements run in the schema's transaction. VACUUM, for instance, can't; such SQL comes last."},
		},
		Declare: func(b *lang.Block) any { return &manifest.RawSQL{Origin: b.Origin(), Name: b.Name} },
	}
}

func decodeFunction(b *lang.Block, f *manifest.Function) {
	f.Schema = schemaOf(b)
	for _, a := range b.Blocks("arg") {
		kv := manifest.KeyValue{Key: a.Name, Value: sqlText(a, "type"), Range: a.AttrRange("type")}
		if d := expression(a, "default"); d != "" {
			kv.Value += " DEFAULT " + d
		}
		f.Args = append(f.Args, kv)
	}
	f.Returns = sqlText(b, "returns")
	f.Language = strings.ToLower(b.String("language"))
	f.Volatility = b.String("volatility")
	f.Strict = b.Bool("strict")
	f.Security = b.String("security")
	f.SearchPath = b.Strings("search_path")
	f.Body = sqlText(b, "body")
	f.Comment = b.String("comment")
	f.At = ranges(b, "returns", "language", "body", "comment", "security")
}

func decodeTrigger(b *lang.Block, t *manifest.Trigger) {
	if on, ok := ref[any](b, "on"); ok {
		t.Table, _ = on.Value.(*manifest.Table)
		t.View, _ = on.Value.(*manifest.View)
	}
	t.When = b.String("timing")
	t.Events = unique(b.Strings("events"))
	t.Columns = b.Strings("columns")
	t.ForEach = b.String("per")
	t.Condition = sqlText(b, "condition")
	if f, ok := ref[*manifest.Function](b, "function"); ok {
		t.Function = f.Value
	}
	t.FunctionName = b.String("function_name")
	t.At = ranges(b, "on", "timing", "events", "columns", "per", "condition", "function", "function_name")
	elementRanges(b, "columns", t.At)
	if b.Has("function") == b.Has("function_name") {
		b.Evaluation().Errorf(ruleTrigger, b.NameRange("function"),
			"The trigger %s requires either \"function\" (a reference such as database.x.function.y) or \"function_name\".", b.Name)
	}
	if t.Columns != nil && !slices.Contains(t.Events, "update") && !b.Failed("events") {
		b.Evaluation().Errorf(ruleTrigger, b.NameRange("columns"), "The trigger %s lists columns, but doesn't fire on \"update\". Add \"update\" to its events, or remove the columns.", b.Name)
	}
	if len(t.Events) == 0 && !b.Failed("events") {
		b.Invalid("events", "must name at least one event")
	}
}

func decodeView(b *lang.Block, v *manifest.View) {
	v.Schema = schemaOf(b)
	v.Query = sqlText(b, "query")
	v.Materialized = b.Bool("materialized")
	v.Comment = b.String("comment")
	for _, d := range refs[*manifest.View](b, "depends_on") {
		v.DependsOn = append(v.DependsOn, d.Value)
	}
	v.At = ranges(b, "query", "comment")
}

func decodeQuery(b *lang.Block, q *manifest.Query) {
	q.SQL = sqlText(b, "sql")
	q.Params = b.Strings("params")
	if s, ok := lang.Ref[*manifest.Service](b, "service"); ok {
		q.Service = s.Value
	}
	q.At = ranges(b, "sql", "params")
}
