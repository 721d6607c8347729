package sql_test

import (
	"math/big"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// table finds a table of the flagship.
func table(db *manifest.Database, name string) *manifest.Table {
	for _, t := range db.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func query(text string, params ...string) func(db *manifest.Database) {
	return func(db *manifest.Database) {
		db.Queries = []*manifest.Query{{Name: "q", SQL: text, Params: params}}
	}
}

func raw(text string) func(db *manifest.Database) {
	return func(db *manifest.Database) {
		db.Raw = append(db.Raw, &manifest.RawSQL{Name: "r", SQL: text, Transaction: true})
	}
}

func view(text string) func(db *manifest.Database) {
	return func(db *manifest.Database) {
		db.Views = append(db.Views, &manifest.View{Name: "v", Query: text})
	}
}

func rows(tableName string, update bool, rows ...manifest.SeedRow) func(db *manifest.Database) {
	return func(db *manifest.Database) {
		db.Seeds = []*manifest.Seed{{Name: "s", Table: table(db, tableName), Rows: rows, Update: update}}
	}
}

// setter makes the flagship's trigger function one that sets NEW.
func setter(db *manifest.Database) { db.Functions[2].Body = "BEGIN NEW.quality := 1; RETURN NEW; END" }

// running gives the database's server an image.
func running(db *manifest.Database, image string) {
	db.Service = &manifest.Service{Name: "db", Image: &manifest.Image{Pull: image}, Instances: []*manifest.Instance{{}}}
}

// both makes two changes.
func both(a, b func(db *manifest.Database)) func(db *manifest.Database) {
	return func(db *manifest.Database) { a(db); b(db) }
}

// seeded is one row of a table with a column of a type.
func seeded(typ string, value any) func(db *manifest.Database) {
	return func(db *manifest.Database) {
		t := &manifest.Table{Name: "seeded", Columns: []*manifest.Column{{Name: "c", Type: typ}}}
		db.Tables = append(db.Tables, t)
		db.Seeds = []*manifest.Seed{{Name: "s", Table: t, Rows: []manifest.SeedRow{sqltest.Row("c", value)}}}
	}
}

func served(name, value string) func(db *manifest.Database) {
	return func(db *manifest.Database) {
		db.Service = &manifest.Service{Name: "db", Instances: []*manifest.Instance{{Env: []manifest.EnvVar{{Name: name, Value: manifest.PlainText(value)}}}}}
	}
}

// Every case is the flagship with one change and what must be reported: a
// code and a part of the detail, or nothing.
var cases = map[string]struct {
	change     func(db *manifest.Database)
	code, text string
}{
	"default breaks out":    {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "0); DROP TABLE x; --" }, "OG610", "default of database.omega.table.devices.column.region"},
	"default two":           {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "1, 2" }, "OG610", "one SQL expression"},
	"default constraint":    {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'a' CHECK (true)" }, "OG610", "one SQL expression"},
	"default not null":      {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'a' NOT NULL" }, "OG610", ""},
	"default comment":       {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'a' -- fine" }, "", ""},
	"default operator":      {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'a' || 'b'" }, "", ""},
	"default boolean":       {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "NOT true AND false" }, "", ""},
	"default empty comment": {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "/* nothing */" }, "OG610", ""},
	"default unclosed":      {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'a" }, "OG610", "unterminated"},
	"default column":        {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "unknown" }, "OG625", "'unknown'"},
	"default nul":           {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'a\x00'" }, "OG610", "U+0000"},
	"default star":          {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "*" }, "OG610", ""},
	"default all":           {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "ALL 1" }, "OG610", ""},
	"default from":          {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "1) FROM t WHERE (true" }, "OG610", ""},
	"type breaks out":       {func(db *manifest.Database) { table(db, "devices").Columns[1].Type = "text, evil text" }, "OG610", "one SQL type"},
	"type constraint":       {func(db *manifest.Database) { table(db, "devices").Columns[1].Type = "text UNIQUE" }, "OG610", "one SQL type"},
	"type ends table":       {func(db *manifest.Database) { table(db, "devices").Columns[1].Type = "text) INHERITS (x" }, "OG610", "one SQL type"},
	"type collation":        {func(db *manifest.Database) { table(db, "devices").Columns[1].Type = `text COLLATE "C"` }, "", ""},
	"check breaks out":      {func(db *manifest.Database) { table(db, "patterns").Checks[0].Expr = "true) NO INHERIT, CHECK (false" }, "OG610", ""},
	"check column":          {func(db *manifest.Database) { table(db, "patterns").Checks[0].Expr = "sucess_rate > 0" }, "OG613", "success_rate"},
	"index breaks out":      {func(db *manifest.Database) { table(db, "patterns").Indexes[0].On = []string{"id) TABLESPACE (x"} }, "OG610", "one element"},
	"index two":             {func(db *manifest.Database) { table(db, "patterns").Indexes[0].On = []string{"id, device_id"} }, "OG610", "one element"},
	"index column":          {func(db *manifest.Database) { table(db, "patterns").Indexes[0].On = []string{"device"} }, "OG613", "device_id"},
	"index expression": {func(db *manifest.Database) {
		table(db, "patterns").Indexes[0].On = []string{"lower(device_id)", "(context->>'a') DESC"}
	}, "", ""},
	"index where":        {func(db *manifest.Database) { table(db, "patterns").Indexes[0].Where = "nothing > 0" }, "OG613", "nothing"},
	"index name twice":   {func(db *manifest.Database) { table(db, "patterns").Indexes[0].Name = "devices" }, "OG615", "devices"},
	"index named as key": {func(db *manifest.Database) { table(db, "patterns").Indexes[0].Name = "devices_pkey" }, "OG615", ""},
	"storage text": {func(db *manifest.Database) {
		table(db, "patterns").Indexes[0].With = sqltest.KV("fillfactor", "70'); --")
	}, "OG641", "whole number"},
	"view and query of the same text": {func(db *manifest.Database) {
		db.Views = append(db.Views, &manifest.View{Origin: db.Origin, Name: "same", Query: "SELECT 1 AS one"})
		db.Queries = append(db.Queries, &manifest.Query{Origin: db.Origin, Name: "same", SQL: "SELECT 1 AS one"})
	}, "", ""},
	"primary key":        {func(db *manifest.Database) { table(db, "patterns").PrimaryKey = []string{"idd"} }, "OG613", "Did you mean \"id\""},
	"unique":             {func(db *manifest.Database) { table(db, "patterns").Unique = [][]string{{"x"}} }, "OG613", ""},
	"generated":          {func(db *manifest.Database) { table(db, "trending_content").Columns[4].Generated = "viewss * 2" }, "OG613", "views"},
	"foreign key type":   {func(db *manifest.Database) { table(db, "patterns").Columns[1].Type = "uuid" }, "OG616", "uuid"},
	"foreign key no key": {func(db *manifest.Database) { table(db, "patterns").ForeignKeys[0].References = []string{"region"} }, "OG616", "neither"},
	"foreign key count": {func(db *manifest.Database) {
		table(db, "patterns").ForeignKeys[0].References = []string{"device_id", "region"}
	}, "OG616", "refers to 2"},
	"foreign key column":     {func(db *manifest.Database) { table(db, "patterns").ForeignKeys[0].Columns = []string{"devices"} }, "OG613", "device_id"},
	"extension":              {func(db *manifest.Database) { db.Extensions = nil }, "OG619", "extension \"vector\""},
	"function body":          {func(db *manifest.Database) { db.Functions[2].Body = "BEGIN NEW.x = ( ; END" }, "OG610", "PL/pgSQL"},
	"function sql body":      {func(db *manifest.Database) { db.Functions[0].Body = "SELEC 1" }, "OG610", "syntax error"},
	"function dollars":       {func(db *manifest.Database) { db.Functions[2].Body = "BEGIN RETURN $$a$body$b$$; END" }, "", ""},
	"function unknown":       {view("SELECT pattern_score(id) FROM patterns"), "OG634", "pattern_score"},
	"function removed":       {func(db *manifest.Database) { db.Functions = db.Functions[2:]; db.Views = db.Views[:2] }, "OG634", "default of database.omega.table.patterns.column.quality"},
	"function in a body":     {func(db *manifest.Database) { db.Functions[2].Body = "BEGIN NEW.quality := scor(1, 2); RETURN NEW; END" }, "OG634", "\"score\""},
	"functions of all kinds": {query("SELECT extract(epoch FROM now()), coalesce(1, 2), trim('x'), count(*) FILTER (WHERE true), l2_distance('[1]'::vector, '[2]'), pg_catalog.lower('X'), position('a' in 'b'), row_number() OVER ()"), "", ""},
	"type unknown":           {func(db *manifest.Database) { table(db, "devices").Columns[1].Type = "txt" }, "OG635", "\"text\""},
	"type removed":           {func(db *manifest.Database) { db.Types = nil }, "OG635", "sync_status"},
	"type in a cast":         {query("SELECT 'x'::moood"), "OG635", "moood"},
	"types of all kinds":     {query("SELECT 1::int, 2::double precision, '{}'::text[], 'x'::character varying(3), '1'::numeric(3, 2), now()::timestamp(3) with time zone, NULL::patterns, '1 day'::interval day"), "", ""},
	"type of a raw statement": {func(db *manifest.Database) {
		raw("DO $$ BEGIN CREATE DOMAIN d AS int; END $$")(db)
		query("SELECT 1::d")(db)
	}, "", ""},
	"function table": {func(db *manifest.Database) {
		db.Functions[2].Body = "DECLARE x int; BEGIN SELECT x FROM pattern; RETURN NEW; END"
	}, "OG614", "patterns"},
	"function write": {func(db *manifest.Database) {
		db.Functions[2].Body = "BEGIN INSERT INTO devices (device) VALUES (NEW.id); RETURN NEW; END"
	}, "OG613", "device_id"},
	"function variables": {func(db *manifest.Database) {
		db.Functions[2].Body = "DECLARE x record; BEGIN FOR x IN SELECT * FROM devices d WHERE d.region = NEW.id LOOP UPDATE patterns SET context = x.a WHERE id = x.id; END LOOP; CREATE TEMP TABLE y (a int); RETURN NEW; END"
	}, "", ""},
	"server's role":     {served("POSTGRES_USER", "boss"), "OG636", "\"boss\""},
	"server's database": {served("POSTGRES_PASSWORD", "x"), "OG636", "POSTGRES_DB"},
	"server well":       {served("POSTGRES_DB", "omega"), "", ""},
	"another server":    {served("OTHER", "omega"), "", ""},
	"superuser": {func(db *manifest.Database) {
		db.Service = &manifest.Service{Name: "db"}
		db.Name = "superuser"
	}, "OG626", "connects"},
	"function sql table":  {func(db *manifest.Database) { db.Functions[0].Body = "SELECT count(*) FROM device" }, "OG614", "devices"},
	"argument breaks out": {func(db *manifest.Database) { db.Functions[1].Args[0].Value = "int, b int" }, "OG610", "one argument"},
	"returns breaks out":  {func(db *manifest.Database) { db.Functions[1].Returns = "int COST 1" }, "OG610", "result"},
	"returns table":       {func(db *manifest.Database) { db.Functions[0].Returns = "TABLE (a bigint)" }, "", ""},
	"definer":             {func(db *manifest.Database) { db.Functions[2].Security = "definer" }, "OG627", "search_path"},
	"trigger function":    {func(db *manifest.Database) { db.Triggers[0].Function = db.Functions[0] }, "OG620", "returns bigint"},
	"trigger column":      {func(db *manifest.Database) { db.Triggers[0].Columns = []string{"x"} }, "OG613", ""},
	"trigger condition":   {func(db *manifest.Database) { db.Triggers[0].Condition = "OLD.embeding IS NULL" }, "OG613", "embedding"},
	"trigger breaks out":  {func(db *manifest.Database) { db.Triggers[0].Condition = "true) EXECUTE FUNCTION evil(); --" }, "OG610", ""},
	"trigger truncate":    {func(db *manifest.Database) { db.Triggers[0].Events = []string{"truncate"} }, "OG620", "truncate"},
	"trigger instead of":  {func(db *manifest.Database) { db.Triggers[0].When = "instead of" }, "OG620", "only views"},
	"grant role":          {func(db *manifest.Database) { db.Grants[0].To = []string{"omega_ap"} }, "OG621", "omega_app"},
	"grant superuser":     {func(db *manifest.Database) { db.Grants[2].To = []string{"postgres", "public", "pg_monitor"} }, "", ""},
	"own role":            {func(db *manifest.Database) { db.User = "omega_app" }, "OG622", ""},
	"schema without usage": {func(db *manifest.Database) {
		db.Schemas = append(db.Schemas, &manifest.Schema{Name: "private"})
		db.Tables[0].Schema = "private"
		db.Grants = append(db.Grants, &manifest.Grant{Name: "private", Privileges: []string{"SELECT"}, On: "table", Schema: "private", Objects: []string{db.Tables[0].Name}, To: []string{"omega_app"}})
		db.Views, db.Triggers, db.Queries, db.Seeds, db.Raw, db.Functions = nil, nil, nil, nil, nil, nil
		for _, t := range db.Tables {
			t.ForeignKeys = nil
			for _, c := range t.Columns {
				c.Default, c.Generated = "", ""
			}
		}
	}, "OG638", "omega_app"},
	"sequence":              {func(db *manifest.Database) { db.Grants = db.Grants[:1] }, "OG628", "trending_content"},
	"view table":            {view("SELECT * FROM user_patterns"), "OG614", "user_patterns"},
	"view column":           {view("SELECT p.nme FROM patterns p"), "OG613", "no column \"nme\""},
	"view two":              {view("SELECT 1; DROP TABLE x"), "OG610", "one query"},
	"view not a query":      {view("DELETE FROM patterns"), "OG610", "one query"},
	"view into":             {view("SELECT 1 INTO x"), "OG610", "one query"},
	"view cycle":            {view("SELECT * FROM v"), "OG632", "itself"},
	"view of view":          {view("SELECT s.nn FROM a_device_stats s"), "OG613", "nn"},
	"view of view well":     {view("SELECT s.n, rank FROM a_device_stats s JOIN best_patterns b USING (device_id)"), "", ""},
	"query two":             {query("SELECT 1; SELECT 2"), "OG610", "one SQL statement"},
	"query syntax":          {query("SELECT\n1 +"), "OG610", "end of input"},
	"query table":           {query("SELECT * FROM global_patterns"), "OG614", "global_patterns"},
	"query column":          {query("SELECT updated_at FROM trending_content"), "OG613", "updated_at"},
	"query update":          {query("UPDATE trending_content SET updated_at = now() WHERE content_id = $1"), "OG613", "updated_at"},
	"query alias":           {query("SELECT q.id FROM patterns p"), "OG614", "\"q\""},
	"query cte":             {query("WITH x (a) AS (SELECT id FROM patterns) SELECT a FROM x"), "", ""},
	"query cte column":      {query("WITH x (a) AS (SELECT id FROM patterns) SELECT id FROM x"), "OG613", "id"},
	"query recursive":       {query("WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT n FROM x"), "", ""},
	"query lateral":         {query("SELECT l.n FROM patterns p, LATERAL (SELECT p.sample_count AS n) l"), "", ""},
	"query correlated":      {query("SELECT 1 FROM patterns p WHERE EXISTS (SELECT 1 FROM devices WHERE device_id = p.device_id AND sample_count > 1)"), "", ""},
	"query function":        {query("SELECT g, x.value FROM generate_series(1, 3) g, jsonb_each('{}') x"), "", ""},
	"query catalog":         {query("SELECT indexname FROM pg_indexes WHERE tablename = 'x'"), "", ""},
	"query information":     {query("SELECT table_name FROM information_schema.tables"), "", ""},
	"query order alias":     {query("SELECT count(*) AS n FROM patterns GROUP BY device_id ORDER BY n"), "", ""},
	"query whole row":       {query("SELECT row_to_json(p), ctid FROM patterns p"), "", ""},
	"query explain":         {query("EXPLAIN ANALYZE SELECT nothing FROM patterns"), "OG613", "nothing"},
	"query vacuum":          {query("VACUUM ANALYZE pattern"), "OG614", "patterns"},
	"query reindex":         {query("REINDEX INDEX content_embeddings_idx"), "OG614", "content_embeddings_hnsw_idx"},
	"query insert null":     {query("INSERT INTO content_embeddings (content_id, embedding) VALUES ('a', '[1,2,3]')"), "OG617", "title"},
	"query insert position": {query("INSERT INTO content_embeddings VALUES ('a')"), "OG617", "title, embedding"},
	"query insert well":     {query("INSERT INTO devices (device_id) VALUES ($1) ON CONFLICT (device_id) DO UPDATE SET region = EXCLUDED.region, last_seen = to_timestamp(1) RETURNING device_id"), "", ""},
	"query excluded":        {query("INSERT INTO devices (device_id) VALUES ($1) ON CONFLICT (device_id) DO UPDATE SET region = EXCLUDED.regio"), "OG613", "regio"},
	"query join using":      {query("SELECT d.region FROM patterns JOIN devices d USING (device_id) WHERE extract(epoch FROM last_seen) > 1"), "", ""},
	"query merge":           {query("MERGE INTO devices d USING patterns p ON p.device_id = d.device_id WHEN MATCHED THEN DELETE"), "", ""},
	"query parameters":      {query("SELECT $1, $3"), "OG629", "$2"},
	"query parameter count": {query("SELECT $1", "text", "text"), "OG629", "2 types"},
	"query parameter type":  {query("SELECT $1", "text; DROP"), "OG610", "parameter"},
	"query distance":        {query("SELECT content_id FROM content_embeddings ORDER BY embedding <-> $1 LIMIT 5"), "OG623", "content_embeddings_hnsw_idx"},
	"query distance well":   {query("SELECT content_id FROM content_embeddings c ORDER BY c.embedding <=> (SELECT embedding FROM content_embeddings LIMIT 1) LIMIT 5"), "", ""},
	"query random once":     {query("INSERT INTO content_embeddings (content_id, title, embedding) SELECT 'p-' || g, 't', ARRAY(SELECT random() FROM generate_series(1, 3)) FROM generate_series(1, 10) g"), "OG624", "random"},
	"query random each":     {query("INSERT INTO content_embeddings (content_id, title, embedding) SELECT 'p-' || g, 't', ARRAY(SELECT random() FROM generate_series(1, 3) WHERE g IS NOT NULL) FROM generate_series(1, 10) g"), "", ""},
	"raw begin":             {raw("BEGIN; SELECT 1; COMMIT"), "OG612", "transaction"},
	"raw vacuum":            {raw("VACUUM"), "OG612", "VACUUM"},
	"raw concurrently":      {raw("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON patterns (id)"), "OG612", ""},
	"raw copy":              {raw("COPY devices FROM STDIN"), "OG612", "standard input"},
	"raw create":            {raw("CREATE TABLE x (a int)"), "OG633", "IF NOT EXISTS"},
	"raw insert":            {raw("INSERT INTO devices (device_id) VALUES ('a')"), "OG633", "ON CONFLICT"},
	"raw syntax":            {raw("\\! touch x"), "OG610", "syntax error"},
	"raw table is known": {func(db *manifest.Database) {
		raw("CREATE TABLE IF NOT EXISTS extra (a int)")(db)
		query("SELECT a FROM extra")(db)
	}, "", ""},
	"raw comment at its end": {raw("SELECT 1 -- ; done"), "", ""},
	"deep": {func(db *manifest.Database) {
		table(db, "devices").Columns[1].Default = "1" + strings.Repeat("+1", 100000)
	}, "OG611", ""},
	"deep parentheses":        {query("SELECT " + strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100000)), "OG611", ""},
	"deep unions":             {query("SELECT 1, 2" + strings.Repeat(" UNION SELECT 1, 2", 20000)), "OG611", ""},
	"seed column":             {rows("devices", false, sqltest.Row("device", "a")), "OG613", "device_id"},
	"seed null":               {rows("devices", false, sqltest.Row("device_id", "a", "region", nil)), "OG617", "region"},
	"seed missing":            {rows("content_embeddings", false, sqltest.Row("content_id", "a", "embedding", "[1,2,3]")), "OG617", "title"},
	"seed twice":              {rows("devices", false, sqltest.Row("device_id", "a"), sqltest.Row("device_id", "a")), "OG630", "row 1"},
	"seed update without key": {rows("trending_content", true, sqltest.Row("views", 1, "time_window", "1h", "content_id", sqltest.Expr("'a'"))), "OG637", "no fixed value"},
	"seed conflict without key": {func(db *manifest.Database) {
		rows("trending_content", false, sqltest.Row("content_id", sqltest.Expr("'a'"), "time_window", "1h"))(db)
		db.Seeds[0].Conflict = []string{"content_id", "time_window"}
	}, "OG637", "content_id, time_window"},
	"seed enum":         {rows("devices", false, sqltest.Row("device_id", "a", "status", "gone")), "OG631", "pending"},
	"seed dimension":    {rows("content_embeddings", false, sqltest.Row("content_id", "a", "title", "t", "embedding", []any{nil})), "OG631", "1 elements"},
	"seed number":       {rows("trending_content", false, sqltest.Row("content_id", "a", "time_window", "1h", "views", "many")), "OG631", "not a whole number"},
	"seed generated":    {rows("trending_content", false, sqltest.Row("content_id", "a", "time_window", "1h", "heat", 1)), "OG631", "computed"},
	"seed empty":        {rows("devices", false, manifest.SeedRow{}), "OG617", "device_id"},
	"seed empty row":    {rows("federation_state", false, manifest.SeedRow{}), "OG617", ""},
	"seed expression":   {rows("devices", false, sqltest.Row("device_id", sqltest.Expr("'a'); DELETE FROM x; --"))), "OG610", "expression"},
	"seed conflict":     {func(db *manifest.Database) { db.Seeds[0].Conflict = []string{"title"} }, "OG618", "neither"},
	"guarded rows":      {rows("trending_content", false, sqltest.Row("content_id", sqltest.Expr("'a'"), "time_window", "1h")), "", ""},
	"seed smallest":     {seeded("smallint", big.NewRat(-32768, 1)), "", ""},
	"seed too small":    {seeded("smallint", big.NewRat(-32769, 1)), "OG631", "out of range"},
	"seed digits":       {seeded("numeric(4,2)", big.NewRat(12345, 100)), "OG631", "digits before the point"},
	"seed rounded":      {seeded("numeric(4,2)", big.NewRat(99994, 1000)), "", ""},
	"seed day":          {seeded("date", "2023-02-29"), "OG631", "doesn't exist"},
	"seed leap day":     {seeded("date", "2024-02-29"), "", ""},
	"seed uuid":         {seeded("uuid", "9f1c2f5e"), "OG631", "no UUID"},
	"seed words":        {seeded("timestamptz", "now"), "", ""},
	"seed json":         {seeded("jsonb", "any text"), "", ""},
	"do reads":          {raw("DO $$ BEGIN UPDATE pattern SET id = id; END $$"), "OG614", "A DO block of"},
	"do opens nothing":  {both(raw("DO $$ BEGIN UPDATE patterns SET id = id; END $$"), query("SELECT * FROM pattern")), "OG614", "pattern"},
	"do creates":        {both(raw("DO $$ BEGIN IF true THEN CREATE TABLE IF NOT EXISTS extra (a int); END IF; END $$"), query("SELECT a FROM extra")), "", ""},
	"do executes":       {both(raw("DO $$ BEGIN EXECUTE 'CREATE TABLE IF NOT EXISTS extra (a int)'; END $$"), query("SELECT a FROM extra, other")), "OG614", "\"other\""},
	"do formats":        {both(raw("DO $$ BEGIN EXECUTE format('CREATE TABLE IF NOT EXISTS %I (a int)', 'x' || 1); END $$"), query("SELECT a FROM whatever")), "", ""},
	"do formats types":  {both(raw("DO $$ BEGIN EXECUTE format('CREATE DOMAIN %I AS int', 'x'); END $$"), query("SELECT a FROM whatever")), "OG614", "whatever"},
	"do formats grants": {both(raw("DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO omega_app', current_database()); END $$"), query("SELECT scor(1)")), "OG634", "scor"},
	"do of a variable":  {both(raw("DO $$ DECLARE s text := current_setting('a.b'); BEGIN EXECUTE s; END $$"), query("SELECT f(a::t) FROM whatever")), "", ""},
	"do near":           {both(raw("DO $$ DECLARE s text := current_setting('a.b'); BEGIN EXECUTE s; END $$"), query("SELECT * FROM pattersn")), "OG653", "\"patterns\""},
	"do loops":          {both(raw("DO $$ DECLARE t text; BEGIN FOR t IN EXECUTE 'SELECT 1' LOOP EXECUTE 'ALTER TABLE ' || t || ' ADD COLUMN IF NOT EXISTS more int'; END LOOP; END $$"), query("SELECT more FROM patterns")), "", ""},
	"do in another":     {both(raw("DO LANGUAGE plperl $$ spi_exec_query('CREATE TABLE x ()') $$"), query("SELECT * FROM whatever")), "", ""},
	"extension's table": {both(func(db *manifest.Database) {
		db.Extensions = append(db.Extensions, &manifest.Extension{Name: "pg_stat_statements"})
	}, query("SELECT query FROM pg_stat_statements")), "", ""},
	"extension's function":    {query("SELECT crypt('a', gen_salt('bf'))"), "OG634", "extension \"pgcrypto\""},
	"function's domain":       {query("SELECT round(1.5, 'x'::text)"), "OG640", "round(numeric, text)"},
	"variadic":                {query("SELECT format('%s %s', 1, now()), concat_ws(',', 1, 'a', NULL), jsonb_build_object('a', 1), greatest(1, 2.5), make_interval(days => 3)"), "", ""},
	"aggregates":              {query("SELECT sum(sample_count) FILTER (WHERE quality > 0), percentile_cont(0.5) WITHIN GROUP (ORDER BY quality), array_agg(id ORDER BY id), string_agg(id::text, ','), avg(embedding) FROM patterns"), "", ""},
	"dates":                   {query("SELECT now() - interval '1 day' * 2, now()::date + 1, date_trunc('hour', now()), extract(epoch FROM now() - last_seen) / 60, age(last_seen), to_char(last_seen, 'YYYY') FROM devices WHERE last_seen > now() - '7 days'::interval AND last_seen BETWEEN '2024-01-01' AND now()"), "", ""},
	"json":                    {query("SELECT context->>'a', context->'b'->0, (context->>'n')::int + 1, context @> '{\"a\": 1}', context ? 'a', jsonb_array_length(context->'l') FROM patterns"), "", ""},
	"json of json":            {query("SELECT context->>'a'->0 FROM patterns"), "OG640", "text -> integer"},
	"arrays":                  {query("SELECT array_length(ARRAY[1, 2], 1), 1 = ANY ('{1,2}'::int[]), ARRAY[1] || 2, (ARRAY['a'])[1] || 'b', unnest(ARRAY[1]), cardinality('{}'::text[])"), "", ""},
	"vector of floats":        {query("INSERT INTO content_embeddings (content_id, title, embedding) SELECT 'a', 'b', ARRAY[1, 2, 3]::real[]"), "", ""},
	"union of types":          {query("SELECT 1 UNION SELECT 'a'::text"), "OG640", "column 1"},
	"union of lengths":        {query("SELECT 1 UNION SELECT 1, 2"), "OG640", "1 and 2 columns"},
	"union well":              {query("SELECT 1 UNION SELECT 2.5 UNION SELECT NULL"), "", ""},
	"insert too many":         {query("INSERT INTO devices (device_id) VALUES ('a', 'b')"), "OG640", "2 values into 1"},
	"conflict by a condition": {query("INSERT INTO devices (device_id) VALUES ('a') ON CONFLICT ON CONSTRAINT devices_pkey DO NOTHING"), "", ""},
	"condition":               {query("SELECT 1 FROM patterns WHERE id"), "OG640", "WHERE"},
	"default of numbers":      {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "now() + 1" }, "OG640", "timestamptz + integer"},
	"check with a query":      {func(db *manifest.Database) { table(db, "patterns").Checks[0].Expr = "id IN (SELECT id FROM patterns)" }, "OG644", "foreign key"},
	"default with a sum":      {func(db *manifest.Database) { table(db, "patterns").Columns[0].Default = "sum(1)" }, "OG644", "aggregate sum"},
	"default of the moment":   {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "now()::text" }, "", ""},
	"index of a moment":       {func(db *manifest.Database) { table(db, "patterns").Indexes[0].On = []string{"(now())"} }, "OG643", "the function now"},
	"index by the hash of a vector": {func(db *manifest.Database) {
		table(db, "patterns").Indexes[0].On = []string{"embedding"}
		table(db, "patterns").Indexes[0].Using = "hnsw"
	}, "OG641", "no default operator class"},
	"frozen moment":      {func(db *manifest.Database) { table(db, "devices").Columns[1].Default = "'now'::timestamptz::text" }, "OG642", "now()"},
	"frozen in a view":   {view("SELECT 1 FROM devices WHERE last_seen > 'today'"), "OG642", "'today'"},
	"moment in a query":  {query("SELECT 1 FROM devices WHERE last_seen > 'today'"), "", ""},
	"language":           {func(db *manifest.Database) { db.Functions[2].Language = "plpgsq" }, "OG645", "plpgsql"},
	"between":            {func(db *manifest.Database) { table(db, "patterns").Checks[0].Expr = "success_rate BETWEEN 1 AND -0.5" }, "OG647", "BETWEEN -0.5 AND 1"},
	"row of a statement": {func(db *manifest.Database) { setter(db); db.Triggers[0].ForEach = "statement" }, "OG648", "per row"},
	"row that is stored": {func(db *manifest.Database) { setter(db); db.Triggers[0].When = "after" }, "OG649", "lost"},
	"row that is read": {func(db *manifest.Database) {
		db.Triggers[0].When = "after"
		db.Functions[2].Body = "BEGIN IF NEW.id = '' THEN RAISE 'NEW.id := 1'; END IF; RETURN NEW; END"
	}, "", ""},
	"image without the extension": {func(db *manifest.Database) { running(db, "postgres:17") }, "OG646", "pgvector/pgvector"},
	"image with the extension":    {func(db *manifest.Database) { running(db, "pgvector/pgvector:0.8.0-pg17") }, "", ""},
	"another image":               {func(db *manifest.Database) { running(db, "registry.example.org/postgres:17") }, "", ""},
	"circle of three": {func(db *manifest.Database) {
		db.Roles = append(db.Roles, &manifest.Role{Name: "a", MemberOf: []string{"b"}}, &manifest.Role{Name: "b", MemberOf: []string{"c"}}, &manifest.Role{Name: "c", MemberOf: []string{"a"}})
	}, "OG650", "a → b → c → a"},
	"name too long": {func(db *manifest.Database) { db.Roles[0].Name = strings.Repeat("r", 64) }, "OG600", "64 bytes"},
	"comment nul":   {func(db *manifest.Database) { table(db, "devices").Comment = "a\x00b" }, "OG600", "U+0000"},
}
