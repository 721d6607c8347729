//go:build unix

package sql_test

import (
	"fmt"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// realistic are statements as people write them. The server accepts each.
var realistic = []string{
	"SELECT DISTINCT ON (c_int4) c_int4, c_text FROM many ORDER BY c_int4, c_timestamptz DESC NULLS LAST",
	"SELECT c_int4, row_number() OVER (PARTITION BY c_text ORDER BY c_int8 DESC), lag(c_int4, 1, 0) OVER w FROM many WINDOW w AS (ORDER BY c_date)",
	"SELECT x, i FROM many, unnest(c_atext) WITH ORDINALITY AS t(x, i) WHERE i > 1 AND x <> ''",
	"SELECT m.c_int4, l.n FROM many m LEFT JOIN LATERAL (SELECT count(*) AS n FROM many o WHERE o.c_int4 = m.c_int4) l ON true WHERE l.n > 1",
	"SELECT c_int4 FROM many WHERE c_bool FOR UPDATE SKIP LOCKED LIMIT 10",
	"INSERT INTO many (c_int4, c_text, c_jsonb) SELECT g, 'n' || g, jsonb_build_object('n', g) FROM generate_series(1, 3) AS g RETURNING c_int4",
	"INSERT INTO many (c_int2, c_numeric, c_timestamptz, c_mood, c_vector) VALUES (1, 2.5, now() - interval '1 hour', 'sad', '[1,2,3]'), (2, 3, DEFAULT, NULL, ARRAY[1,2,3])",
	"UPDATE many SET c_int4 = c_int4 + 1, c_jsonb = jsonb_set(c_jsonb, '{a,b}', '1', true), c_text = upper(left(c_text, 1)) || substr(c_text, 2) WHERE c_text ILIKE '%a%' AND c_timestamptz < now()",
	"UPDATE many SET (c_int4, c_text) = (SELECT 1, 'a') WHERE c_int4 IN (1, 2, 3)",
	"DELETE FROM many USING (SELECT c_int4 AS id FROM many ORDER BY 1 LIMIT 1) o WHERE many.c_int4 = o.id",
	"SELECT to_char(date_trunc('week', c_timestamptz), 'YYYY-MM-DD') AS week, count(*) FILTER (WHERE c_bool), round(avg(c_float8)::numeric, 2) FROM many GROUP BY 1 HAVING count(*) > 1 ORDER BY week",
	"SELECT c_jsonb -> 'a' ->> 'b', (c_jsonb ->> 'n')::numeric * 2, c_jsonb #>> '{x,0}', c_jsonb ? 'k', c_jsonb ?| ARRAY['a', 'b'], c_jsonb || '{\"z\": 1}' FROM many WHERE c_jsonb @> '{\"a\": {}}'",
	"SELECT c_vector <=> '[1,2,3]' AS distance FROM many ORDER BY c_vector <=> '[1,2,3]' LIMIT 5",
	"SELECT 1 - (c_vector <=> (SELECT c_vector FROM many LIMIT 1)), avg(c_vector), c_vector::halfvec(3) <-> c_halfvec FROM many GROUP BY c_vector, c_halfvec",
	"WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t",
	"WITH gone AS (DELETE FROM many WHERE c_date < CURRENT_DATE - 30 RETURNING c_int4, c_text) INSERT INTO many (c_int4, c_text) SELECT c_int4, c_text FROM gone",
	"SELECT CASE c_mood WHEN 'sad' THEN 1 WHEN 'ok' THEN 2 ELSE 3 END, CASE WHEN c_int4 > 1 THEN 'many' END, coalesce(c_text, c_varchar, ''), nullif(c_text, '') FROM many",
	"SELECT c_timestamptz AT TIME ZONE 'Europe/Vienna', c_timestamp::date - c_date, extract(isodow FROM c_date), age(c_timestamp), c_time + interval '1 h', c_interval / 2 FROM many",
	"SELECT c_inet << '10.0.0.0/8', host(c_inet), c_inet + 1, masklen(c_cidr) FROM many WHERE c_inet = '10.0.0.1'",
	"SELECT to_tsvector('english', coalesce(c_text, '')) @@ websearch_to_tsquery('english', 'a b'), ts_rank(c_tsvector, plainto_tsquery('x')) FROM many",
	"SELECT array_agg(DISTINCT c_text ORDER BY c_text), string_agg(c_varchar, ', '), c_aint4[1:2], 3 = ANY (c_aint4), c_aint4 && '{1,2}', array_append(c_atext, 'x'), cardinality(c_aint4) FROM many GROUP BY c_aint4, c_atext",
	"SELECT int4range(1, 5) @> c_int4, c_tstzrange && tstzrange(now(), NULL), lower(c_int4range), upper(c_tstzrange) - lower(c_tstzrange) FROM many",
	"SELECT c_text SIMILAR TO '(a|b)%', c_text ~* '^a', regexp_replace(c_text, 'a', 'b', 'g'), split_part(c_text, ',', 1)::int, position('a' IN c_text), trim(BOTH 'x' FROM c_text), overlay(c_text PLACING 'x' FROM 1) FROM many",
	"SELECT crypt('a', gen_salt('bf')), digest(c_text, 'sha256'), encode(hmac('a', 'b', 'sha1'), 'hex'), gen_random_uuid(), uuid_generate_v4() FROM many",
	"SELECT similarity(c_text, 'abc'), c_text % 'abc', c_text <-> 'abc', unaccent(c_text), levenshtein(c_text, 'a'), c_citext = 'A', c_citext LIKE 'a%', c_hstore -> 'a', c_ltree <@ 'a.b' FROM many",
	"SELECT pg_size_pretty(pg_total_relation_size('many')), current_setting('server_version_num')::int / 10000, pg_is_in_recovery(), now() - pg_postmaster_start_time()",
	"SELECT state, count(*), max(now() - query_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY state",
	"SELECT relname, n_live_tup, coalesce(last_autovacuum, 'epoch') FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY n_dead_tup DESC",
	"SELECT count(*) FROM information_schema.columns WHERE table_name = 'many' AND is_nullable = 'YES' AND ordinal_position > 1",
	"SELECT extversion FROM pg_extension WHERE extname = 'vector'",
	"SELECT (SELECT count(*) FROM many) = 0 AND EXISTS (SELECT 1 FROM pg_class WHERE relname = 'many' AND relkind = 'r')",
	"SELECT c_int4 / 2.0, c_int8 % 2, -c_numeric, @ c_float8, 2 ^ 3, c_int4 & 1, c_int4::bit(8), c_money * 2, c_bool::int FROM many",
	"SELECT greatest(c_int4, c_int8, 1.5), least(c_date, CURRENT_DATE), bool_and(c_bool) OVER (), percentile_disc(0.5) WITHIN GROUP (ORDER BY c_int4) FROM many GROUP BY c_int4, c_int8, c_date, c_bool",
	"SELECT row_to_json(m), to_jsonb(m) - 'c_xml', m.* FROM many m WHERE (c_int4, c_text) IN (SELECT 1, 'a') AND ROW(c_int4, c_int8) > (1, 2)",
	"SELECT jsonb_array_elements_text(c_jsonb -> 'l'), key, value FROM many, jsonb_each_text(c_jsonb) WHERE value::int > 3",
	"SELECT width_bucket(c_float8, 0, 100, 10), setseed(0.5), floor(random() * 10)::int, lpad(c_int4::text, 5, '0'), chr(65), c_text || c_int4, c_date || '' FROM many",
	"SELECT c_text FROM many GROUP BY ROLLUP (c_text) ORDER BY grouping(c_text), c_text COLLATE \"C\" OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY",
	"EXPLAIN SELECT c_oid::regclass, 'many'::regclass::oid, c_name || 'x', c_bpchar = 'a', c_varbit & c_varbit, c_macaddr::text, c_xml::text, c_uuid::text FROM many",
}

// Statements as people write them are silent.
func realisticLikeServer(d *differential) {
	for i, a := range d.answers(realistic) {
		if a != "" {
			d.t.Errorf("%s: %s", realistic[i], a)
		}
	}
	for i, v := range d.verdicts(len(realistic), func(db *manifest.Database, i int, _ string) {
		db.Queries = append(db.Queries, &manifest.Query{Name: fmt.Sprintf("x%d_", i), SQL: realistic[i]})
	}) {
		if v != "" {
			d.t.Errorf("%s: %s", realistic[i], v)
		}
	}
}
