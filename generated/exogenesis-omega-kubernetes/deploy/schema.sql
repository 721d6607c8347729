-- The schema of a database as data. This file is the same in every kit: deploy/schema.sh runs it
-- in a scratch database, where the model was made, and in the live one, and compares the two.
\set ON_ERROR_STOP on
\set VERBOSITY verbose
\set QUIET on
SET client_min_messages = error;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = off;
SET search_path = '';
SET application_name = 'omegagen schema';
SET DateStyle = 'ISO';
SET IntervalStyle = 'postgres';

-- Names as SQL, with their schema: a relation, a type, a function with its arguments' types.
CREATE FUNCTION pg_temp.rel(o oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = o $$;
CREATE FUNCTION pg_temp.fun(o oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(o))
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = o $$;
-- A function's name for COMMENT and GRANT, which know no argument names.
CREATE FUNCTION pg_temp.signature(o oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes))
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = o $$;

-- All objects outside extensions and the server's own schemas, a row each: its kind, its name,
-- which is unique in the kind, its place in the order of creation, and its definition without
-- OIDs, positions and values of sequences.
CREATE FUNCTION pg_temp.catalog() RETURNS TABLE (kind text, name text, ord bigint, oid oid, def jsonb) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $catalog$
    WITH spaces AS (
        SELECT n.oid, n.nspname, n.nspacl, n.nspowner FROM pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'omegagen')
    ), rels AS (
        SELECT c.* FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ), funs AS (
        SELECT p.* FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    ), types AS (
        SELECT t.* FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
        WHERE t.typtype = 'e' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    ), cons AS (
        SELECT k.* FROM pg_constraint k JOIN rels r ON r.oid = k.conrelid
        WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0 AND k.conname !~ '^omegagen_new_'
    )
    SELECT 'schema', format('%I', s.nspname), s.oid::bigint, s.oid, '{}'::jsonb FROM spaces s
    UNION ALL
    SELECT 'type', t.typname_, t.oid::bigint, t.oid, jsonb_build_object('labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
    FROM (SELECT t.oid, format('%I.%I', s.nspname, t.typname) AS typname_ FROM types t JOIN spaces s ON s.oid = t.typnamespace) t
    UNION ALL
    SELECT 'table', pg_temp.rel(r.oid), r.oid::bigint, r.oid, jsonb_build_object('persistence', r.relpersistence) FROM rels r WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition
    UNION ALL
    SELECT 'column', format('%s.%I', pg_temp.rel(r.oid), a.attname), r.oid::bigint, r.oid, jsonb_build_object(
        'table', pg_temp.rel(r.oid), 'column', a.attname, 'number', a.attnum, 'type', format_type(a.atttypid, a.atttypmod), 'notnull', a.attnotnull,
        'collation', (SELECT format('%I.%I', cn.nspname, co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                      JOIN pg_type ty ON ty.oid = a.atttypid WHERE co.oid = a.attcollation AND a.attcollation <> ty.typcollation),
        'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
        'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END, 'identity', a.attidentity)
    FROM rels r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
    WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition
    UNION ALL
    SELECT 'constraint', format('%s %I', pg_temp.rel(k.conrelid), k.conname), k.oid::bigint, k.oid, jsonb_build_object(
        'table', pg_temp.rel(k.conrelid), 'constraint', k.conname, 'type', k.contype,
        'def', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), 'valid', k.convalidated,
        'expr', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END, 'other', CASE WHEN k.confrelid <> 0 THEN pg_temp.rel(k.confrelid) END,
        'columns', (SELECT jsonb_agg(a.attname ORDER BY x.n) FROM unnest(k.conkey) WITH ORDINALITY x (attnum, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.attnum),
        'others', (SELECT jsonb_agg(a.attname ORDER BY x.n) FROM unnest(k.confkey) WITH ORDINALITY x (attnum, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.attnum))
    FROM cons k
    UNION ALL
    SELECT 'index', pg_temp.rel(r.oid), r.oid::bigint, r.oid, jsonb_build_object(
        'table', pg_temp.rel(i.indrelid), 'index', r.relname, 'unique', i.indisunique, 'valid', i.indisvalid AND i.indisready,
        'columns', (SELECT jsonb_agg(pg_get_indexdef(r.oid, x.n::int, true) ORDER BY x.n) FROM generate_series(1, i.indnkeyatts) x (n)),
        'rest', substr(pg_get_indexdef(r.oid), length('CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(r.relname)) + 1))
    FROM rels r JOIN pg_index i ON i.indexrelid = r.oid JOIN pg_class c ON c.oid = i.indrelid
    WHERE r.relkind IN ('i', 'I') AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = r.oid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'function', pg_temp.signature(p.oid), p.oid::bigint, p.oid, jsonb_build_object(
        'def', pg_get_functiondef(p.oid), 'what', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, 'base', format('%I.%I', s.nspname, p.proname),
        'result', pg_get_function_result(p.oid), 'args', pg_get_function_arguments(p.oid), 'names', to_jsonb(p.proargnames), 'defaults', p.pronargdefaults)
    FROM funs p JOIN spaces s ON s.oid = p.pronamespace
    UNION ALL
    SELECT 'view', pg_temp.rel(r.oid), r.oid::bigint, r.oid, jsonb_build_object(
        'what', CASE r.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, 'query', rtrim(pg_get_viewdef(r.oid), ';'), 'options', to_jsonb(r.reloptions),
        'columns', (SELECT jsonb_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped))
    FROM rels r WHERE r.relkind IN ('v', 'm')
    UNION ALL
    SELECT 'trigger', format('%s %I', pg_temp.rel(g.tgrelid), g.tgname), g.oid::bigint, g.oid, jsonb_build_object(
        'table', pg_temp.rel(g.tgrelid), 'trigger', g.tgname, 'def', pg_get_triggerdef(g.oid))
    FROM pg_trigger g JOIN rels r ON r.oid = g.tgrelid WHERE NOT g.tgisinternal AND g.tgparentid = 0
    UNION ALL
    SELECT 'policy', format('%s %I', pg_temp.rel(y.polrelid), y.polname), y.oid::bigint, y.oid, jsonb_build_object(
        'table', pg_temp.rel(y.polrelid), 'policy', y.polname, 'permissive', y.polpermissive,
        'command', CASE y.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        'roles', (SELECT jsonb_agg(CASE u.o WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(u.o)) END ORDER BY pg_get_userbyid(u.o)) FROM unnest(y.polroles) u (o)),
        'using', pg_get_expr(y.polqual, y.polrelid), 'check', pg_get_expr(y.polwithcheck, y.polrelid))
    FROM pg_policy y JOIN rels r ON r.oid = y.polrelid
    UNION ALL
    SELECT 'comment', o.what, o.ord, NULL::oid, jsonb_build_object('text', x.description)
    FROM pg_description x JOIN (
        SELECT 'pg_class'::regclass::oid AS classid, r.oid AS objid, 0 AS sub, r.oid::bigint AS ord, CASE r.relkind WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'i' THEN 'INDEX ' ELSE 'TABLE ' END || pg_temp.rel(r.oid) AS what
        FROM rels r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'i')
        UNION ALL SELECT 'pg_class'::regclass, r.oid, a.attnum, r.oid::bigint, format('COLUMN %s.%I', pg_temp.rel(r.oid), a.attname)
        FROM rels r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE r.relkind IN ('r', 'p', 'v', 'm')
        UNION ALL SELECT 'pg_proc'::regclass, p.oid, 0, p.oid::bigint, CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || pg_temp.signature(p.oid) FROM funs p
        UNION ALL SELECT 'pg_type'::regclass, t.oid, 0, t.oid::bigint, format('TYPE %I.%I', s.nspname, t.typname) FROM types t JOIN spaces s ON s.oid = t.typnamespace
        UNION ALL SELECT 'pg_namespace'::regclass, s.oid, 0, s.oid::bigint, format('SCHEMA %I', s.nspname) FROM spaces s WHERE s.nspname <> 'public'
    ) o ON o.classid = x.classoid AND o.objid = x.objoid AND o.sub = x.objsubid
    UNION ALL
    SELECT 'grant', format('%s TO %s: %s', g.what, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, g.privilege), g.ord, NULL::oid,
        jsonb_build_object('on', g.what, 'to', CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, 'privilege', g.privilege, 'option', bool_or(g.option))
    FROM (
        SELECT o.what, o.ord, x.grantee, x.privilege_type AS privilege, x.is_grantable AS option FROM (
            SELECT CASE r.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || pg_temp.rel(r.oid) AS what, r.oid::bigint AS ord, r.relacl AS acl, r.relowner AS owner, CASE r.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END AS kind
            FROM rels r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'S')
            UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || pg_temp.signature(p.oid), p.oid::bigint, p.proacl, p.proowner, 'f' FROM funs p
            UNION ALL SELECT format('SCHEMA %I', s.nspname), s.oid::bigint, s.nspacl, s.nspowner, 'n' FROM spaces s
            UNION ALL SELECT format('TYPE %I.%I', s.nspname, t.typname), t.oid::bigint, t.typacl, t.typowner, 'T' FROM types t JOIN spaces s ON s.oid = t.typnamespace
            UNION ALL SELECT 'DATABASE', 0, d.datacl, d.datdba, 'd' FROM pg_database d WHERE d.datname = coalesce(current_setting('omegagen.database', true), current_database())
        ) o, LATERAL aclexplode(o.acl) x
        WHERE x.grantee <> o.owner AND NOT EXISTS (
            SELECT FROM aclexplode(acldefault(o.kind, o.owner)) y WHERE y.grantee = x.grantee AND y.privilege_type = x.privilege_type AND y.is_grantable = x.is_grantable)
    ) g GROUP BY g.what, g.grantee, g.privilege, g.ord
    UNION ALL -- of all databases; those alone that this role has granted, as far as the server tells
    SELECT DISTINCT 'member', format('%I in %I', u.rolname, g.rolname), 0::bigint, NULL::oid, jsonb_build_object('group', g.rolname, 'member', u.rolname)
    FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles u ON u.oid = a.member JOIN pg_roles me ON me.rolname = current_user
    WHERE (a.grantor = me.oid OR a.grantor = 10 AND me.rolsuper) AND u.oid <> me.oid AND u.rolname !~ '^pg_'
    UNION ALL
    SELECT 'owner', o.what, o.ord, NULL::oid, jsonb_build_object('owner', quote_ident(pg_get_userbyid(o.owner)))
    FROM (
        SELECT CASE r.relkind WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'TABLE ' END || pg_temp.rel(r.oid) AS what, r.oid::bigint AS ord, r.relowner AS owner
        FROM rels r WHERE r.relkind IN ('r', 'p', 'v', 'm') AND NOT r.relispartition
        UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || pg_temp.signature(p.oid), p.oid::bigint, p.proowner FROM funs p
        UNION ALL SELECT format('TYPE %I.%I', s.nspname, t.typname), t.oid::bigint, t.typowner FROM types t JOIN spaces s ON s.oid = t.typnamespace
    ) o
$catalog$;

-- The comparison. The session that runs it has loaded model, what the manifest declares, as
-- catalog() returned it in the scratch database, and consent, what the manifest permits.
CREATE TEMP TABLE model (kind text, name text, ord bigint, def jsonb, PRIMARY KEY (kind, name));
CREATE TEMP TABLE consent (line jsonb);
CREATE TEMP TABLE live (kind text, name text, ord bigint, oid oid, def jsonb, PRIMARY KEY (kind, name));
CREATE TEMP TABLE former (kind text, name text, PRIMARY KEY (kind, name)); -- what an applied model declared
-- Steps in their order: phase, then the order in which the model is made. A step alone runs outside a transaction.
CREATE TEMP TABLE step (n serial, phase int, ord bigint, what text, sql text, alone boolean, record text);
CREATE TEMP TABLE finding (n serial, class text, what text); -- refused | rows (refused because of rows) | stays | touched
CREATE TEMP TABLE made_again (kind text, name text, PRIMARY KEY (kind, name)); -- by a step of another object

CREATE FUNCTION pg_temp.record(kind text, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_catalog.format('INSERT INTO omegagen.objects (kind, name) VALUES (%L, %L) ON CONFLICT DO NOTHING;', kind, name) $$;
CREATE FUNCTION pg_temp.forget(kind text, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_catalog.format('DELETE FROM omegagen.objects WHERE kind = %L AND name = %L;', kind, name) $$;

CREATE FUNCTION pg_temp.step(phase int, ord bigint, what text, sql text, record text DEFAULT '', alone boolean DEFAULT false) RETURNS void LANGUAGE sql AS $$
    INSERT INTO pg_temp.step (phase, ord, what, sql, alone, record) VALUES (phase, ord, what, sql, alone, record) $$;
CREATE FUNCTION pg_temp.find(class text, what text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO pg_temp.finding (class, what) VALUES (class, what) $$;

CREATE FUNCTION pg_temp.permits(doing text, of_kind text, of_name text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM pg_temp.consent WHERE line->>'do' = doing AND line->>'kind' = of_kind AND of_name =
        CASE of_kind WHEN 'table' THEN pg_catalog.format('%I.%I', line->>'schema', line->>'name')
                     ELSE pg_catalog.format('%I.%I.%I', line->>'schema', line->>'table', line->>'name') END) $$;

-- How many rows of a table meet a condition, and the keys of up to three; NULL if none does.
CREATE FUNCTION pg_temp.rows(of_table text, condition text, source text DEFAULT NULL) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    total bigint;
    keys text;
    key text;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s x WHERE %s', coalesce(source, of_table), condition) INTO total;
    IF total = 0 THEN RETURN NULL; END IF;
    SELECT string_agg(format('%s = %%s', a.attname), ', ' ORDER BY k.n), string_agg(format('x.%I', a.attname), ', ' ORDER BY k.n) INTO keys, key
    FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, n) JOIN pg_attribute a ON a.attnum = k.attnum
    WHERE i.indrelid = of_table::regclass AND i.indisprimary AND a.attrelid = i.indrelid;
    IF key IS NOT NULL THEN
        EXECUTE format('SELECT string_agg(k, ''; '') FROM (SELECT format(%L, %s) AS k FROM %s x WHERE %s ORDER BY %s LIMIT 3) s', keys, key, coalesce(source, of_table), condition, key) INTO keys;
    END IF;
    RETURN format('%s row%s%s', total, CASE WHEN total = 1 THEN '' ELSE 's' END, ' (' || keys || CASE WHEN total > 3 THEN '; …' ELSE '' END || ')');
END $$;

-- The rows of a table with the columns that it will get, for conditions on them.
CREATE FUNCTION pg_temp.future(of_table text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('(SELECT old.*%s FROM %s old)', coalesce((SELECT string_agg(format(', (%s)::%s AS %I', coalesce(m.def->>'generated', m.def->>'default', 'NULL'), m.def->>'type', m.def->>'column'), '' ORDER BY (m.def->>'number')::int)
        FROM model m WHERE m.kind = 'column' AND m.def->>'table' = of_table AND NOT EXISTS (SELECT FROM live l WHERE l.kind = 'column' AND l.name = m.name)), ''), of_table) $$;

CREATE FUNCTION pg_temp.has_rows(of_table text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE found_one boolean;
BEGIN
    EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', of_table) INTO found_one;
    RETURN found_one;
END $$;

-- The size of a table and about how long PostgreSQL takes to write it again.
CREATE FUNCTION pg_temp.size(of_table text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT format('%s, about %s s', pg_size_pretty(pg_total_relation_size(of_table::regclass)), 1 + pg_total_relation_size(of_table::regclass) / 30000000) $$;

-- A value after a cast to another type and back; NULL if the other type can't hold it.
CREATE FUNCTION pg_temp.there_and_back(value text, was text, is_now text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE got text;
BEGIN
    BEGIN
        EXECUTE pg_catalog.format('SELECT %L::%s::%s::%s::text', value, was, is_now, was) INTO got;
    EXCEPTION WHEN cannot_coerce THEN
        EXECUTE pg_catalog.format('SELECT (%L::%s::text::%s)::text::%s::text', value, was, is_now, was) INTO got;
    END;
    RETURN got;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$;

-- Whether ALTER COLUMN TYPE rewrites a table: PostgreSQL does it to an empty one.
CREATE FUNCTION pg_temp.rewrites(was text, is_now text) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE before oid; after oid;
BEGIN
    EXECUTE format('CREATE TEMP TABLE omegagen_probe (x %s)', was);
    SELECT relfilenode INTO before FROM pg_class WHERE oid = 'pg_temp.omegagen_probe'::regclass;
    BEGIN
        EXECUTE format('ALTER TABLE pg_temp.omegagen_probe ALTER COLUMN x TYPE %s', is_now);
        SELECT relfilenode INTO after FROM pg_class WHERE oid = 'pg_temp.omegagen_probe'::regclass;
    EXCEPTION WHEN OTHERS THEN
        DROP TABLE pg_temp.omegagen_probe;
        RETURN 'by text'; -- there is no automatic cast
    END;
    DROP TABLE pg_temp.omegagen_probe;
    RETURN CASE WHEN before = after THEN 'no' ELSE 'yes' END;
EXCEPTION WHEN OTHERS THEN
    RETURN 'by text';
END $$;

-- Whether ADD COLUMN writes the rows again: its default differs from row to row.
CREATE FUNCTION pg_temp.adding_rewrites(definition jsonb) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE before oid; after oid;
BEGIN
    IF definition->>'identity' <> '' OR definition->>'generated' IS NOT NULL THEN RETURN true; END IF;
    IF definition->>'default' IS NULL THEN RETURN false; END IF;
    CREATE TEMP TABLE omegagen_probe (x int);
    SELECT relfilenode INTO before FROM pg_class WHERE oid = 'pg_temp.omegagen_probe'::regclass;
    EXECUTE format('ALTER TABLE pg_temp.omegagen_probe ADD COLUMN y %s DEFAULT %s', definition->>'type', definition->>'default');
    SELECT relfilenode INTO after FROM pg_class WHERE oid = 'pg_temp.omegagen_probe'::regclass;
    DROP TABLE pg_temp.omegagen_probe;
    RETURN before <> after;
EXCEPTION WHEN OTHERS THEN
    RETURN false; -- it needs what isn't there yet; the step itself says so
END $$;

CREATE FUNCTION pg_temp.column(definition jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_catalog.format('%I %s', definition->>'column', definition->>'type') || coalesce(' COLLATE ' || (definition->>'collation'), '')
        || CASE definition->>'identity' WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' ELSE '' END
        || coalesce(' GENERATED ALWAYS AS (' || (definition->>'generated') || ') STORED', '') || coalesce(' DEFAULT ' || (definition->>'default'), '')
        || CASE WHEN (definition->>'notnull')::boolean THEN ' NOT NULL' ELSE '' END $$;

-- Statements that make an object, and that drop it, by its row in model or live.
CREATE FUNCTION pg_temp.make(kind text, name text, def jsonb) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE kind
        WHEN 'schema' THEN format('CREATE SCHEMA IF NOT EXISTS %s;', name)
        WHEN 'type' THEN format('CREATE TYPE %s AS ENUM (%s);', name, (SELECT string_agg(quote_literal(l), ', ' ORDER BY n) FROM jsonb_array_elements_text(def->'labels') WITH ORDINALITY x (l, n)))
        WHEN 'function' THEN rtrim(def->>'def', E'\n') || ';'
        WHEN 'view' THEN format(E'CREATE %s %s%s AS\n%s;', def->>'what', name, coalesce(' WITH (' || (SELECT string_agg(o, ', ') FROM jsonb_array_elements_text(CASE jsonb_typeof(def->'options') WHEN 'array' THEN def->'options' END) o) || ')', ''), def->>'query')
        WHEN 'trigger' THEN regexp_replace(def->>'def', '^CREATE (OR REPLACE )?TRIGGER', 'CREATE OR REPLACE TRIGGER') || ';'
        WHEN 'policy' THEN format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s;', def->>'policy', def->>'table', CASE WHEN (def->>'permissive')::boolean THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, def->>'command',
            (SELECT string_agg(r, ', ') FROM jsonb_array_elements_text(def->'roles') r), coalesce(' USING (' || (def->>'using') || ')', ''), coalesce(' WITH CHECK (' || (def->>'check') || ')', ''))
        WHEN 'constraint' THEN format('ALTER TABLE %s ADD CONSTRAINT %I %s%s;', def->>'table', def->>'constraint', def->>'def', CASE WHEN def->>'type' IN ('c', 'f') THEN ' NOT VALID' ELSE '' END)
        WHEN 'index' THEN format('CREATE %sINDEX %I%s;', CASE WHEN (def->>'unique')::boolean THEN 'UNIQUE ' ELSE '' END, def->>'index', def->>'rest')
        WHEN 'comment' THEN format('COMMENT ON %s IS %L;', name, def->>'text')
        WHEN 'grant' THEN format('GRANT %s ON %s TO %s%s;', def->>'privilege', CASE def->>'on' WHEN 'DATABASE' THEN format('DATABASE %I', current_database()) ELSE def->>'on' END, def->>'to', CASE WHEN (def->>'option')::boolean THEN ' WITH GRANT OPTION' ELSE '' END)
        WHEN 'owner' THEN format('ALTER %s OWNER TO %s;', name, def->>'owner')
        WHEN 'member' THEN format('GRANT %I TO %I;', def->>'group', def->>'member')
    END $$;
CREATE FUNCTION pg_temp.unmake(kind text, name text, def jsonb) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE kind
        WHEN 'function' THEN format('DROP %s %s;', def->>'what', name)
        WHEN 'view' THEN format('DROP %s %s;', def->>'what', name)
        WHEN 'trigger' THEN format('DROP TRIGGER %I ON %s;', def->>'trigger', def->>'table')
        WHEN 'policy' THEN format('DROP POLICY %I ON %s;', def->>'policy', def->>'table')
        WHEN 'constraint' THEN format('ALTER TABLE %s DROP CONSTRAINT %I;', def->>'table', def->>'constraint')
        WHEN 'index' THEN format('DROP INDEX %s;', name)
        WHEN 'comment' THEN format('COMMENT ON %s IS NULL;', name)
        WHEN 'member' THEN format('REVOKE %I FROM %I;', def->>'group', def->>'member')
        WHEN 'grant' THEN format('REVOKE %s ON %s FROM %s;', def->>'privilege', CASE def->>'on' WHEN 'DATABASE' THEN format('DATABASE %I', current_database()) ELSE def->>'on' END, def->>'to')
    END $$;

-- What a reader calls an object.
CREATE FUNCTION pg_temp.called(kind text, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind WHEN 'comment' THEN 'comment on ' || pg_catalog.lower(pg_catalog.split_part(name, ' ', 1)) || pg_catalog.substr(name, pg_catalog.strpos(name, ' '))
        WHEN 'grant' THEN 'grant on ' || name WHEN 'owner' THEN 'owner of ' || name WHEN 'member' THEN 'membership of ' || name ELSE kind || ' ' || name END $$;

-- What must be dropped before an object is, or before a column's type is changed: views and what is on them, policies,
-- triggers, functions; of a function also the constraints, defaults and indexes that call it.
CREATE FUNCTION pg_temp.dependents(root_class regclass, root oid, root_column int) RETURNS TABLE (kind text, name text, oid oid, depth int) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE found(classid, objid, depth) AS (
        SELECT root_class::oid, root, 0
        UNION
        SELECT CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 'pg_class'::regclass::oid ELSE d.classid END,
               CASE WHEN d.classid = 'pg_rewrite'::regclass THEN (SELECT ev_class FROM pg_rewrite w WHERE w.oid = d.objid) ELSE d.objid END, f.depth + 1
        FROM found f JOIN pg_depend d ON d.refclassid = f.classid AND d.refobjid = f.objid AND d.deptype IN ('n', 'a')
             AND (f.depth > 0 OR root_column = 0 OR d.refobjsubid = root_column)
        WHERE f.depth < 30 AND NOT (d.classid = 'pg_rewrite'::regclass AND (SELECT ev_class FROM pg_rewrite w WHERE w.oid = d.objid) = f.objid)
          AND (f.depth = 0 OR f.classid = 'pg_class'::regclass AND (SELECT relkind FROM pg_class c WHERE c.oid = f.objid) IN ('v', 'm') OR f.classid = 'pg_proc'::regclass)
          AND NOT (root_column > 0 AND f.depth = 0 AND (d.classid IN ('pg_constraint'::regclass, 'pg_class'::regclass)
                   OR d.classid = 'pg_attrdef'::regclass AND NOT EXISTS (SELECT FROM pg_attrdef x JOIN pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum WHERE x.oid = d.objid AND a.attgenerated <> '')))
    ), named AS (
        SELECT f.*, CASE
            WHEN f.classid = 'pg_class'::regclass THEN (SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relkind IN ('i', 'I') THEN 'index' ELSE 'table' END FROM pg_class c WHERE c.oid = f.objid)
            WHEN f.classid = 'pg_proc'::regclass THEN 'function' WHEN f.classid = 'pg_trigger'::regclass THEN 'trigger' WHEN f.classid = 'pg_policy'::regclass THEN 'policy'
            WHEN f.classid = 'pg_constraint'::regclass THEN 'constraint'
            WHEN f.classid = 'pg_attrdef'::regclass THEN (SELECT CASE WHEN a.attgenerated <> '' THEN 'generated column' ELSE 'default' END FROM pg_attrdef x JOIN pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum WHERE x.oid = f.objid)
            ELSE 'object' END AS kind
        FROM (SELECT classid, objid, max(depth) AS depth FROM found WHERE depth > 0 GROUP BY classid, objid) f
    )
    SELECT n.kind, CASE
        WHEN n.kind IN ('view', 'index', 'table') THEN pg_temp.rel(n.objid) WHEN n.kind = 'function' THEN pg_temp.signature(n.objid)
        WHEN n.kind IN ('default', 'generated column') THEN (SELECT format('%s.%I', pg_temp.rel(x.adrelid), a.attname) FROM pg_attrdef x JOIN pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum WHERE x.oid = n.objid)
        WHEN n.kind IN ('trigger', 'policy', 'constraint') THEN coalesce((SELECT l.name FROM live l WHERE l.kind = n.kind AND l.oid = n.objid), pg_describe_object(n.classid, n.objid, 0))
        ELSE pg_describe_object(n.classid, n.objid, 0) END, n.objid, n.depth
    FROM named n
$$;

-- Renames come first: what follows sees the new names.
CREATE FUNCTION pg_temp.compare_renames() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE c record; word text;
BEGIN
    FOR c IN SELECT format('%I.%I', line->>'schema', line->>'table') AS of_table, line->>'from' AS was, line->>'name' AS is_now FROM consent WHERE line->>'do' = 'rename' LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM live WHERE kind = 'column' AND name = format('%s.%I', c.of_table, c.was))
                   OR EXISTS (SELECT FROM live WHERE kind = 'column' AND name = format('%s.%I', c.of_table, c.is_now));
        PERFORM pg_temp.step(10, 0, format('rename column %s.%I to %I', c.of_table, c.was, c.is_now), format('ALTER TABLE %s RENAME COLUMN %I TO %I;', c.of_table, c.was, c.is_now),
            pg_temp.record('column', format('%s.%I', c.of_table, c.is_now)) || pg_temp.forget('column', format('%s.%I', c.of_table, c.was)));
        UPDATE live SET name = format('%s.%I', c.of_table, c.is_now), def = def || jsonb_build_object('column', c.is_now) WHERE kind = 'column' AND name = format('%s.%I', c.of_table, c.was);
        UPDATE former SET name = format('%s.%I', c.of_table, c.is_now) WHERE kind = 'column' AND name = format('%s.%I', c.of_table, c.was);
        UPDATE live SET name = format('COLUMN %s.%I', c.of_table, c.is_now) WHERE kind = 'comment' AND name = format('COLUMN %s.%I', c.of_table, c.was);
        word := '(?<![[:alnum:]_$"])' || regexp_replace(quote_ident(c.was), '([][(){}.*+?^$|\\])', '\\\1', 'g') || '(?![[:alnum:]_$"])';
        UPDATE live SET def = def || jsonb_build_object('def', regexp_replace(def->>'def', word, quote_ident(c.is_now), 'g'), 'expr', regexp_replace(def->>'expr', word, quote_ident(c.is_now), 'g'),
            'columns', (SELECT jsonb_agg(CASE x WHEN c.was THEN c.is_now ELSE x END ORDER BY n) FROM jsonb_array_elements_text(def->'columns') WITH ORDINALITY y (x, n)))
        WHERE kind = 'constraint' AND def->>'table' = c.of_table;
        UPDATE live SET def = def || jsonb_build_object('rest', regexp_replace(def->>'rest', word, quote_ident(c.is_now), 'g')) WHERE kind = 'index' AND def->>'table' = c.of_table;
        UPDATE live SET def = def || jsonb_build_object('def', regexp_replace(def->>'def', word, quote_ident(c.is_now), 'g')) WHERE kind = 'trigger' AND def->>'table' = c.of_table;
    END LOOP;
    -- A constraint or an index that only has another name.
    FOR c IN SELECT DISTINCT ON (m.kind, m.name) m.kind, m.name, m.def, l.name AS was, l.def AS was_def FROM model m
             JOIN live l ON l.kind = m.kind AND l.def->>'table' = m.def->>'table' AND (l.def->>'def' = m.def->>'def' OR l.def->>'rest' = m.def->>'rest' AND l.def->'unique' = m.def->'unique' AND (l.def->>'valid')::boolean)
             WHERE m.kind IN ('constraint', 'index') AND NOT EXISTS (SELECT FROM live x WHERE x.kind = m.kind AND x.name = m.name)
               AND NOT EXISTS (SELECT FROM model x WHERE x.kind = l.kind AND x.name = l.name) AND EXISTS (SELECT FROM former f WHERE f.kind = l.kind AND f.name = l.name)
             ORDER BY m.kind, m.name, l.name LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM live WHERE kind = c.kind AND name = c.was);
        PERFORM pg_temp.step(10, 1, format('rename %s %s to %I', c.kind, c.was, coalesce(c.def->>'constraint', c.def->>'index')),
            CASE c.kind WHEN 'index' THEN format('ALTER INDEX %s RENAME TO %I;', c.was, c.def->>'index')
            ELSE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I;', c.def->>'table', c.was_def->>'constraint', c.def->>'constraint') END,
            pg_temp.record(c.kind, c.name) || pg_temp.forget(c.kind, c.was));
        DELETE FROM former WHERE kind = c.kind AND name = c.was;
        INSERT INTO former VALUES (c.kind, c.name) ON CONFLICT DO NOTHING;
        UPDATE live SET name = c.name, def = def || jsonb_build_object('constraint', c.def->>'constraint', 'index', c.def->>'index') WHERE kind = c.kind AND name = c.was;
    END LOOP;
END $$;

-- A step that changes an object on which others depend: these are dropped, and made again, in its transaction.
-- May_touch permits to make those again that the model doesn't declare.
CREATE FUNCTION pg_temp.with_dependents(of_class regclass, of_oid oid, of_column int, at bigint, what text, change text, recording text, may_touch boolean) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    d record; now_def jsonb; was_def jsonb; ours boolean; was_ours boolean;
    before text := ''; after text := ''; later text := ''; last bigint := at; foreign_ones text;
BEGIN
    FOR d IN SELECT * FROM pg_temp.dependents(of_class, of_oid, of_column) ORDER BY depth DESC, oid DESC LOOP
        SELECT def INTO now_def FROM model WHERE kind = d.kind AND name = d.name;
        ours := FOUND;
        SELECT def INTO was_def FROM live WHERE kind = d.kind AND name = d.name;
        was_ours := EXISTS (SELECT FROM former WHERE kind = d.kind AND name = d.name);
        IF d.kind = 'default' THEN
            before := before || format(E'ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT;\n', (SELECT def->>'table' FROM live WHERE kind = 'column' AND name = d.name), (SELECT def->>'column' FROM live WHERE kind = 'column' AND name = d.name));
            SELECT def INTO now_def FROM model WHERE kind = 'column' AND name = d.name;
            IF NOT FOUND THEN SELECT def INTO now_def FROM live WHERE kind = 'column' AND name = d.name AND may_touch; END IF;
            IF now_def->>'default' IS NOT NULL THEN
                after := format(E'ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s;\n', now_def->>'table', now_def->>'column', now_def->>'default') || after;
            ELSIF NOT EXISTS (SELECT FROM model WHERE kind = 'column' AND name = d.name) THEN
                PERFORM pg_temp.find('refused', format('%s: the default of column %s, which the manifest does not declare, depends on it', what, d.name));
                RETURN;
            END IF;
            CONTINUE;
        END IF;
        IF was_def IS NULL OR d.kind NOT IN ('view', 'trigger', 'policy', 'constraint', 'index', 'function') THEN
            PERFORM pg_temp.find('refused', format('%s: %s depends on it and cannot be made again', what, CASE WHEN strpos(d.name, d.kind || ' ') = 1 THEN d.name ELSE d.kind || ' ' || d.name END));
            RETURN;
        END IF;
        IF NOT ours AND NOT was_ours AND NOT may_touch THEN
            PERFORM pg_temp.find('refused', format('%s: %s, which the manifest does not declare, depends on it', what, pg_temp.called(d.kind, d.name)));
            RETURN;
        END IF;
        before := before || pg_temp.unmake(d.kind, d.name, was_def) || E'\n';
        INSERT INTO made_again VALUES (d.kind, d.name) ON CONFLICT DO NOTHING;
        CONTINUE WHEN NOT ours AND was_ours;
        IF ours THEN
            last := greatest(last, (SELECT ord FROM model WHERE kind = d.kind AND name = d.name));
        ELSE
            PERFORM pg_temp.find('touched', format('%s, which the manifest does not declare, is made again: %s', pg_temp.called(d.kind, d.name), what));
        END IF;
        after := pg_temp.make(d.kind, d.name, coalesce(now_def, was_def)) || E'\n' || CASE WHEN d.kind = 'constraint' AND was_def->>'type' IN ('c', 'f') THEN format(E'ALTER TABLE %s VALIDATE CONSTRAINT %I;\n', was_def->>'table', was_def->>'constraint') ELSE '' END || after;
        IF d.kind IN ('view', 'function') THEN -- with all that goes with it
            later := later || coalesce((SELECT string_agg(pg_temp.make(l.kind, l.name, l.def), E'\n' ORDER BY l.kind, l.name) || E'\n' FROM live l
                WHERE l.kind = 'owner' AND l.name IN ('VIEW ' || d.name, 'MATERIALIZED VIEW ' || d.name, 'FUNCTION ' || d.name, 'PROCEDURE ' || d.name) AND l.def->>'owner' <> quote_ident(current_user)
                   OR l.kind = 'comment' AND (l.name IN ('VIEW ' || d.name, 'MATERIALIZED VIEW ' || d.name, 'FUNCTION ' || d.name, 'PROCEDURE ' || d.name) OR strpos(l.name, 'COLUMN ' || d.name || '.') = 1)
                   OR l.kind = 'grant' AND l.def->>'on' IN ('TABLE ' || d.name, 'FUNCTION ' || d.name, 'PROCEDURE ' || d.name)
                   OR l.kind = 'index' AND l.def->>'table' = d.name
                   OR l.kind = 'trigger' AND l.def->>'table' = d.name AND NOT EXISTS (SELECT FROM model m WHERE m.kind = l.kind AND m.name = l.name)), '')
                || coalesce((SELECT string_agg(pg_temp.make(m.kind, m.name, m.def), E'\n' ORDER BY m.ord) || E'\n' FROM model m WHERE m.kind = 'trigger' AND m.def->>'table' = d.name), '');
        END IF;
    END LOOP;
    SELECT string_agg(pg_temp.called(kind, name), ', ' ORDER BY kind, name) INTO foreign_ones FROM (SELECT x.kind, x.name FROM pg_temp.dependents(of_class, of_oid, of_column) x WHERE x.kind <> 'default') y;
    PERFORM pg_temp.step(20, last, what || coalesce(' (with ' || foreign_ones || ')', ''), before || change || E'\n' || after || later, recording);
END $$;

CREATE FUNCTION pg_temp.compare_column(m jsonb, l jsonb, named text, at bigint) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    alter_it text := format('ALTER TABLE %s ALTER COLUMN %I ', m->>'table', m->>'column');
    new_type text := (m->>'type') || coalesce(' COLLATE ' || (m->>'collation'), '');
    how text; lost text; unfit text; bad text; change text; temporary text;
BEGIN
    IF (m->>'type', m->>'collation') IS DISTINCT FROM (l->>'type', l->>'collation') THEN
        how := CASE WHEN m->>'collation' IS DISTINCT FROM l->>'collation' THEN 'yes' ELSE pg_temp.rewrites(l->>'type', m->>'type') END;
        IF how <> 'no' AND pg_temp.has_rows(m->>'table') THEN
            unfit := pg_temp.rows(m->>'table', format('x.%I IS NOT NULL AND pg_temp.there_and_back(x.%I::text, %L, %L) IS NULL', l->>'column', l->>'column', l->>'type', m->>'type'));
            lost := pg_temp.rows(m->>'table', format('x.%I IS NOT NULL AND pg_temp.there_and_back(x.%I::text, %L, %L) <> x.%I::text', l->>'column', l->>'column', l->>'type', m->>'type', l->>'column'));
            IF unfit IS NOT NULL THEN
                PERFORM pg_temp.find('rows', format('column %s from %s to %s: %s cannot be converted; change them first', named, l->>'type', m->>'type', unfit));
            ELSIF lost IS NOT NULL AND NOT pg_temp.permits('destroy', 'column', named) THEN
                PERFORM pg_temp.find('refused', format('column %s from %s to %s: %s would lose something; change them first, or permit the loss with destroy = ["column %s"] in the table', named, l->>'type', m->>'type', lost, m->>'column'));
            ELSIF NOT pg_temp.permits('rewrite', 'column', named) AND NOT pg_temp.permits('destroy', 'column', named) THEN
                PERFORM pg_temp.find('refused', format('column %s from %s to %s: PostgreSQL writes the whole table again (%s) and blocks it meanwhile; permit it with rewrite = ["column %s"] in the table', named, l->>'type', m->>'type', pg_temp.size(m->>'table'), m->>'column'));
            END IF;
        END IF;
        change := CASE WHEN l->>'default' IS NOT NULL THEN alter_it || E'DROP DEFAULT;\n' ELSE '' END
            || alter_it || 'TYPE ' || new_type || CASE WHEN how = 'by text' THEN format(' USING %I::text::%s', m->>'column', m->>'type') WHEN lost IS NOT NULL THEN format(' USING %I::%s', m->>'column', m->>'type') ELSE '' END || ';'
            || CASE WHEN m->>'default' IS NOT NULL THEN E'\n' || alter_it || format('SET DEFAULT %s;', m->>'default') ELSE '' END;
        PERFORM pg_temp.with_dependents('pg_class', (m->>'table')::regclass, (l->>'number')::int, at, format('change column %s from %s to %s', named, l->>'type', m->>'type'), change, pg_temp.record('column', named), true);
    ELSIF m->>'default' IS DISTINCT FROM l->>'default' AND m->>'generated' IS NULL AND l->>'generated' IS NULL THEN
        PERFORM pg_temp.step(20, at, format('change the default of column %s', named), alter_it || CASE WHEN m->>'default' IS NULL THEN 'DROP DEFAULT;' ELSE format('SET DEFAULT %s;', m->>'default') END, pg_temp.record('column', named));
    END IF;
    IF m->>'generated' IS DISTINCT FROM l->>'generated' THEN
        IF m->>'generated' IS NULL THEN
            PERFORM pg_temp.step(20, at, format('column %s is no longer generated', named), alter_it || 'DROP EXPRESSION;' || CASE WHEN m->>'default' IS NOT NULL THEN E'\n' || alter_it || format('SET DEFAULT %s;', m->>'default') ELSE '' END, pg_temp.record('column', named));
        ELSE
            IF l->>'generated' IS NULL AND NOT pg_temp.permits('destroy', 'column', named) AND pg_temp.has_rows(m->>'table') THEN
                PERFORM pg_temp.find('refused', format('column %s becomes generated: its values are lost; permit it with destroy = ["column %s"] in the table', named, m->>'column'));
            ELSIF l->>'generated' IS NOT NULL AND NOT pg_temp.permits('rewrite', 'column', named) AND pg_temp.has_rows(m->>'table') THEN
                PERFORM pg_temp.find('refused', format('column %s has a new expression: PostgreSQL writes the whole table again (%s) and blocks it meanwhile; permit it with rewrite = ["column %s"] in the table', named, pg_temp.size(m->>'table'), m->>'column'));
            END IF;
            PERFORM pg_temp.with_dependents('pg_class', (m->>'table')::regclass, (l->>'number')::int, at, format('generate column %s', named),
                format(E'ALTER TABLE %s DROP COLUMN %I;\nALTER TABLE %s ADD COLUMN %s;', m->>'table', m->>'column', m->>'table', pg_temp.column(m)), pg_temp.record('column', named), true);
        END IF;
    END IF;
    IF (m->>'notnull')::boolean AND NOT (l->>'notnull')::boolean AND NOT (m->>'generated' IS NOT NULL AND l->>'generated' IS NULL) THEN
        bad := pg_temp.rows(m->>'table', format('x.%I IS NULL', l->>'column'));
        IF bad IS NOT NULL THEN
            PERFORM pg_temp.find('rows', format('column %s becomes NOT NULL: %s %s NULL; set %s first', named, bad, CASE WHEN bad ~ '^1 row' THEN 'has' ELSE 'have' END, CASE WHEN bad ~ '^1 row' THEN 'it' ELSE 'them' END));
        END IF;
        -- A validated check saves SET NOT NULL the scan under its lock.
        temporary := 'omegagen_new_' || md5(named);
        IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = (m->>'table')::regclass AND conname = temporary) THEN
            PERFORM pg_temp.step(20, at, format('column %s becomes NOT NULL: for new rows', named), format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%I IS NOT NULL) NOT VALID;', m->>'table', temporary, m->>'column'));
        END IF;
        IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = (m->>'table')::regclass AND conname = temporary AND convalidated) THEN
            PERFORM pg_temp.step(20, at, format('column %s becomes NOT NULL: old rows are checked', named), format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', m->>'table', temporary));
        END IF;
        PERFORM pg_temp.step(20, at, format('column %s becomes NOT NULL', named), alter_it || format(E'SET NOT NULL;\nALTER TABLE %s DROP CONSTRAINT %I;', m->>'table', temporary), pg_temp.record('column', named));
    ELSIF NOT (m->>'notnull')::boolean AND (l->>'notnull')::boolean THEN
        PERFORM pg_temp.step(CASE WHEN l->>'identity' <> '' OR EXISTS (SELECT FROM live k WHERE k.kind = 'constraint' AND k.def->>'table' = m->>'table' AND k.def->>'type' = 'p' AND k.def->'columns' ? (l->>'column')) THEN 55 ELSE 20 END, at, format('column %s permits NULL', named), alter_it || 'DROP NOT NULL;', pg_temp.record('column', named));
    END IF;
    IF m->>'identity' <> l->>'identity' THEN
        PERFORM pg_temp.step(CASE WHEN m->>'identity' = '' THEN 20 ELSE 21 END, at, format('change the identity of column %s', named), CASE
            WHEN m->>'identity' = '' THEN alter_it || 'DROP IDENTITY;' || CASE WHEN m->>'default' IS NOT NULL THEN E'\n' || alter_it || format('SET DEFAULT %s;', m->>'default') ELSE '' END
            WHEN l->>'identity' = '' THEN CASE WHEN l->>'default' IS NOT NULL THEN alter_it || E'DROP DEFAULT;\n' ELSE '' END || alter_it || format('ADD GENERATED %s AS IDENTITY;', CASE m->>'identity' WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END)
                || format(E'\nSELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(%L, %L), x) FROM (SELECT max(%I) AS x FROM %s) y WHERE x >= 1;', m->>'table', m->>'column', m->>'column', m->>'table')
            ELSE alter_it || format('SET GENERATED %s;', CASE m->>'identity' WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END) END, pg_temp.record('column', named));
    END IF;
END $$;

CREATE FUNCTION pg_temp.compare_tables() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; l record; bad text;
BEGIN
    FOR m IN SELECT x.*, y.kind AS other FROM model x LEFT JOIN live z ON z.kind = x.kind AND z.name = x.name LEFT JOIN live y ON y.kind IN ('table', 'view') AND y.name = x.name AND y.kind <> x.kind
             WHERE x.kind IN ('table', 'view') AND z.kind IS NULL LOOP
        IF m.other IS NOT NULL THEN
            PERFORM pg_temp.find('refused', format('%s %s: a %s has that name; rename or drop it first', m.kind, m.name, m.other));
        ELSIF m.kind = 'table' THEN
            PERFORM pg_temp.step(20, m.ord, format('create table %s', m.name), format(E'CREATE %sTABLE %s (\n%s\n);', CASE m.def->>'persistence' WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, m.name,
                (SELECT string_agg('    ' || pg_temp.column(c.def), E',\n' ORDER BY (c.def->>'number')::int) FROM model c WHERE c.kind = 'column' AND c.def->>'table' = m.name)),
                pg_temp.record('table', m.name) || (SELECT coalesce(string_agg(pg_temp.record('column', c.name), ''), '') FROM model c WHERE c.kind = 'column' AND c.def->>'table' = m.name));
        END IF;
    END LOOP;
    FOR m IN SELECT * FROM model WHERE kind = 'column' AND def->>'table' IN (SELECT name FROM live WHERE kind = 'table') ORDER BY ord, (def->>'number')::int LOOP
        SELECT * INTO l FROM live WHERE kind = 'column' AND name = m.name;
        IF FOUND THEN
            PERFORM pg_temp.compare_column(m.def, l.def, m.name, m.ord);
            CONTINUE;
        END IF;
        IF pg_temp.has_rows(m.def->>'table') THEN
            IF (m.def->>'notnull')::boolean AND m.def->>'default' IS NULL AND m.def->>'identity' = '' AND m.def->>'generated' IS NULL THEN
                bad := pg_temp.rows(m.def->>'table', 'true');
                PERFORM pg_temp.find('rows', format('column %s is new, NOT NULL and without a default, and the table has %s; give it a default, or permit NULL until the rows have a value', m.name, bad));
            ELSIF pg_temp.adding_rewrites(m.def) AND NOT pg_temp.permits('rewrite', 'column', m.name) THEN
                PERFORM pg_temp.find('refused', format('column %s is new and has another value in each row: PostgreSQL writes the whole table again (%s) and blocks it meanwhile; permit it with rewrite = ["column %s"] in the table', m.name, pg_temp.size(m.def->>'table'), m.def->>'column'));
            END IF;
        END IF;
        PERFORM pg_temp.step(20, m.ord, format('add column %s', m.name), format('ALTER TABLE %s ADD COLUMN %s;', m.def->>'table', pg_temp.column(m.def)), pg_temp.record('column', m.name));
    END LOOP;
END $$;

CREATE FUNCTION pg_temp.compare_constraints() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; l record; was boolean; bad text; of_table text; fresh boolean; temporary text; drops text; k record; cond text;
BEGIN
    FOR m IN SELECT * FROM model WHERE kind = 'constraint' ORDER BY ord LOOP
        SELECT * INTO l FROM live WHERE kind = 'constraint' AND name = m.name;
        was := FOUND;
        of_table := m.def->>'table';
        fresh := NOT EXISTS (SELECT FROM live WHERE kind = 'table' AND name = of_table); -- a table of this change has no rows
        CONTINUE WHEN EXISTS (SELECT FROM made_again x WHERE x.kind = 'constraint' AND x.name = m.name);
        IF m.def->>'type' IN ('c', 'f') THEN
            IF was AND l.def->>'def' = m.def->>'def' THEN
                IF NOT (l.def->>'valid')::boolean THEN
                    PERFORM pg_temp.step(20, m.ord, format('check old rows: constraint %s', m.name), format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', of_table, m.def->>'constraint'), pg_temp.record('constraint', m.name));
                END IF;
                CONTINUE;
            END IF;
            IF NOT fresh AND (m.def->>'type' = 'c' OR EXISTS (SELECT FROM live WHERE kind = 'table' AND name = m.def->>'other')) THEN
                BEGIN
                    cond := CASE m.def->>'type' WHEN 'c' THEN format('NOT (%s)', m.def->>'expr')
                        ELSE (SELECT format('%s AND NOT EXISTS (SELECT FROM %s o WHERE %s)', string_agg(format('x.%I IS NOT NULL', a), ' AND '), m.def->>'other', string_agg(format('o.%I = x.%I', b, a), ' AND '))
                              FROM ROWS FROM (jsonb_array_elements_text(m.def->'columns'), jsonb_array_elements_text(m.def->'others')) y (a, b)) END;
                    bad := pg_temp.rows(of_table, cond, pg_temp.future(of_table));
                EXCEPTION WHEN OTHERS THEN
                    bad := NULL; -- it needs what isn't there yet; VALIDATE says so
                END;
                IF bad IS NOT NULL THEN
                    PERFORM pg_temp.find('rows', format('constraint %s, %s: %s %s it; change %s first', m.name, m.def->>'def', bad, CASE WHEN bad ~ '^1 row' THEN 'violates' ELSE 'violate' END, CASE WHEN bad ~ '^1 row' THEN 'it' ELSE 'them' END));
                END IF;
            END IF;
            PERFORM pg_temp.step(20, m.ord, format('%s constraint %s', CASE WHEN was THEN 'change' ELSE 'add' END, m.name), CASE WHEN was THEN pg_temp.unmake('constraint', l.name, l.def) || E'\n' ELSE '' END || pg_temp.make('constraint', m.name, m.def), pg_temp.record('constraint', m.name));
            PERFORM pg_temp.step(20, m.ord, format('check old rows: constraint %s', m.name), format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', of_table, m.def->>'constraint'));
            CONTINUE;
        END IF;
        CONTINUE WHEN was AND l.def->>'def' = m.def->>'def';
        IF fresh THEN
            PERFORM pg_temp.step(20, m.ord, format('add constraint %s', m.name), pg_temp.make('constraint', m.name, m.def), pg_temp.record('constraint', m.name));
            CONTINUE;
        END IF;
        BEGIN
            SELECT format('(%s) IN (SELECT %s FROM %s z GROUP BY %s HAVING count(*) > 1)', string_agg(format('x.%I', c), ', '), string_agg(quote_ident(c), ', '), pg_temp.future(of_table), string_agg(quote_ident(c), ', ')) INTO cond FROM jsonb_array_elements_text(m.def->'columns') c;
            bad := pg_temp.rows(of_table, cond, pg_temp.future(of_table));
        EXCEPTION WHEN OTHERS THEN
            bad := NULL; -- it needs what isn't there yet; the index says so
        END;
        IF bad IS NOT NULL THEN
            PERFORM pg_temp.find('rows', format('constraint %s, %s: %s have duplicate values; change them first', m.name, m.def->>'def', bad));
        END IF;
        temporary := 'omegagen_new_' || md5(m.name);
        IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indrelid = of_table::regclass AND c.relname = temporary AND i.indisvalid) THEN
            PERFORM pg_temp.step(20, m.ord, format('build the index of constraint %s', m.name), format('CREATE UNIQUE INDEX CONCURRENTLY %I ON %s (%s);', temporary, of_table,
                (SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM jsonb_array_elements_text(m.def->'columns') WITH ORDINALITY x (c, n))), '', true);
        END IF;
        drops := '';
        IF was THEN
            FOR k IN SELECT * FROM live f WHERE f.kind = 'constraint' AND f.def->>'type' = 'f' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = (SELECT conindid FROM pg_constraint WHERE oid = l.oid)) LOOP
                IF NOT EXISTS (SELECT FROM model x WHERE x.kind = 'constraint' AND x.name = k.name) AND NOT EXISTS (SELECT FROM former x WHERE x.kind = 'constraint' AND x.name = k.name) THEN
                    PERFORM pg_temp.find('refused', format('change constraint %s: constraint %s, which the manifest does not declare, depends on it', m.name, k.name));
                END IF;
                drops := drops || pg_temp.unmake('constraint', k.name, k.def) || E'\n';
                INSERT INTO made_again VALUES ('constraint', k.name) ON CONFLICT DO NOTHING;
                IF EXISTS (SELECT FROM model x WHERE x.kind = 'constraint' AND x.name = k.name) THEN
                    PERFORM pg_temp.step(20, greatest(m.ord, (SELECT ord FROM model x WHERE x.kind = 'constraint' AND x.name = k.name)), format('add constraint %s again', k.name), (SELECT pg_temp.make('constraint', x.name, x.def) FROM model x WHERE x.kind = 'constraint' AND x.name = k.name));
                    PERFORM pg_temp.step(20, greatest(m.ord, (SELECT ord FROM model x WHERE x.kind = 'constraint' AND x.name = k.name)), format('check old rows: constraint %s', k.name), format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', k.def->>'table', k.def->>'constraint'));
                END IF;
            END LOOP;
            drops := drops || pg_temp.unmake('constraint', l.name, l.def) || E'\n';
        ELSIF m.def->>'type' = 'p' THEN -- a primary key of another name
            SELECT coalesce(string_agg(pg_temp.unmake('constraint', f.name, f.def) || E'\n', ''), '') INTO drops FROM live f WHERE f.kind = 'constraint' AND f.def->>'table' = of_table AND f.def->>'type' = 'p';
            INSERT INTO made_again SELECT 'constraint', f.name FROM live f WHERE f.kind = 'constraint' AND f.def->>'table' = of_table AND f.def->>'type' = 'p' ON CONFLICT DO NOTHING;
        END IF;
        PERFORM pg_temp.step(20, m.ord, format('%s constraint %s', CASE WHEN was THEN 'change' ELSE 'add' END, m.name), drops || format('ALTER TABLE %s ADD CONSTRAINT %I %s USING INDEX %I;', of_table, m.def->>'constraint', CASE m.def->>'type' WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, temporary), pg_temp.record('constraint', m.name));
    END LOOP;
END $$;

CREATE FUNCTION pg_temp.compare_types() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; v record; here text[]; at int;
BEGIN
    FOR m IN SELECT x.*, l.def AS was FROM model x LEFT JOIN live l ON l.kind = x.kind AND l.name = x.name WHERE x.kind IN ('schema', 'type') LOOP
        IF m.was IS NULL THEN
            PERFORM pg_temp.step(CASE m.kind WHEN 'schema' THEN 11 ELSE 12 END, m.ord, format('create %s %s', m.kind, m.name), pg_temp.make(m.kind, m.name, m.def), pg_temp.record(m.kind, m.name));
        ELSIF m.kind = 'type' THEN
            SELECT array_agg(x ORDER BY n) INTO here FROM jsonb_array_elements_text(m.was->'labels') WITH ORDINALITY y (x, n);
            FOR v IN SELECT x AS label, n, lag(x) OVER (ORDER BY n) AS after, (SELECT z FROM jsonb_array_elements_text(m.def->'labels') WITH ORDINALITY q (z, k) WHERE k > n AND z = ANY (here) ORDER BY k LIMIT 1) AS before
                     FROM jsonb_array_elements_text(m.def->'labels') WITH ORDINALITY y (x, n) ORDER BY n LOOP
                CONTINUE WHEN v.label = ANY (here);
                -- Each value at its place: behind the one before it, which is there by then.
                PERFORM pg_temp.step(12, m.ord, format('add value %L to type %s', v.label, m.name), format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L%s;', m.name, v.label,
                    CASE WHEN v.after IS NOT NULL THEN format(' AFTER %L', v.after) WHEN v.before IS NOT NULL THEN format(' BEFORE %L', v.before) ELSE '' END), pg_temp.record('type', m.name), true);
            END LOOP;
            FOR v IN SELECT x AS label FROM unnest(here) x WHERE NOT m.def->'labels' ? x LOOP
                PERFORM pg_temp.find('stays', format('value %L of type %s is no longer declared; PostgreSQL cannot remove a value from a type', v.label, m.name));
            END LOOP;
            IF (SELECT array_agg(x ORDER BY n) FROM jsonb_array_elements_text(m.was->'labels') WITH ORDINALITY y (x, n) WHERE m.def->'labels' ? x)
               IS DISTINCT FROM (SELECT array_agg(x ORDER BY n) FROM jsonb_array_elements_text(m.def->'labels') WITH ORDINALITY y (x, n) WHERE x = ANY (here)) THEN
                PERFORM pg_temp.find('refused', format('type %s: its values have another order, and PostgreSQL cannot move a value', m.name));
            END IF;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION pg_temp.compare_indexes() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; l record; was boolean; temporary text; bad text; space text; cond text;
BEGIN
    FOR m IN SELECT * FROM model WHERE kind = 'index' ORDER BY ord LOOP
        SELECT * INTO l FROM live WHERE kind = 'index' AND name = m.name;
        was := FOUND;
        CONTINUE WHEN was AND l.def->'unique' = m.def->'unique' AND l.def->>'rest' = m.def->>'rest' AND (l.def->>'valid')::boolean;
        CONTINUE WHEN EXISTS (SELECT FROM made_again x WHERE x.kind = 'index' AND x.name = m.name);
        IF NOT EXISTS (SELECT FROM live WHERE kind IN ('table', 'view') AND name = m.def->>'table') THEN -- the table is new
            PERFORM pg_temp.step(20, m.ord, format('create index %s', m.name), pg_temp.make('index', m.name, m.def), pg_temp.record('index', m.name));
            CONTINUE;
        END IF;
        IF (m.def->>'unique')::boolean THEN
            BEGIN
                SELECT format('(%s) IN (SELECT %s FROM %s z%s GROUP BY %s HAVING count(*) > 1)', string_agg(c, ', '), string_agg(c, ', '), pg_temp.future(m.def->>'table'),
                    coalesce(' WHERE ' || substring(m.def->>'rest' FROM ' WHERE (.*)$'), ''), string_agg(c, ', ')) INTO cond FROM jsonb_array_elements_text(m.def->'columns') c;
                bad := pg_temp.rows(m.def->>'table', cond, pg_temp.future(m.def->>'table'));
            EXCEPTION WHEN OTHERS THEN
                bad := NULL; -- it needs what isn't there yet
            END;
            IF bad IS NOT NULL THEN
                PERFORM pg_temp.find('rows', format('unique index %s: %s have duplicate values; change them first', m.name, bad));
            END IF;
        END IF;
        IF NOT was THEN
            PERFORM pg_temp.step(30, m.ord, format('create index %s', m.name), format('CREATE %sINDEX CONCURRENTLY %I%s;', CASE WHEN (m.def->>'unique')::boolean THEN 'UNIQUE ' ELSE '' END, m.def->>'index', m.def->>'rest'), pg_temp.record('index', m.name), true);
            CONTINUE;
        END IF;
        temporary := 'omegagen_new_' || md5(m.name);
        space := substring(m.name FROM '^((?:"(?:[^"]|"")*"|[^".]*))\.');
        IF NOT (l.def->>'valid')::boolean THEN
            PERFORM pg_temp.step(29, m.ord, format('drop index %s, which an interrupted build left invalid', m.name), format('DROP INDEX CONCURRENTLY %s;', m.name), '', true);
            PERFORM pg_temp.step(30, m.ord, format('create index %s', m.name), format('CREATE %sINDEX CONCURRENTLY %I%s;', CASE WHEN (m.def->>'unique')::boolean THEN 'UNIQUE ' ELSE '' END, m.def->>'index', m.def->>'rest'), pg_temp.record('index', m.name), true);
            CONTINUE;
        END IF;
        IF NOT EXISTS (SELECT FROM live x WHERE x.kind = 'index' AND x.name = format('%s.%I', space, temporary) AND x.def->>'rest' = m.def->>'rest' AND (x.def->>'valid')::boolean) THEN
            PERFORM pg_temp.step(30, m.ord, format('build index %s', m.name), format('CREATE %sINDEX CONCURRENTLY %I%s;', CASE WHEN (m.def->>'unique')::boolean THEN 'UNIQUE ' ELSE '' END, temporary, m.def->>'rest'), '', true);
        END IF;
        PERFORM pg_temp.step(30, m.ord, format('drop the former index %s', m.name), format('DROP INDEX CONCURRENTLY %s;', m.name), '', true);
        PERFORM pg_temp.step(30, m.ord, format('put index %s in its place', m.name), format('ALTER INDEX %s.%I RENAME TO %I;', space, temporary, m.def->>'index'), pg_temp.record('index', m.name));
    END LOOP;
    -- Of a change that was killed between the two: the new index has its place to take.
    FOR m IN SELECT x.*, l.name AS temporary FROM model x JOIN live l ON l.kind = 'index' AND l.def->>'index' = 'omegagen_new_' || md5(x.name) AND (l.def->>'valid')::boolean AND l.def->>'rest' = x.def->>'rest' AND l.def->'unique' = x.def->'unique'
             WHERE x.kind = 'index' AND NOT EXISTS (SELECT FROM live y WHERE y.kind = 'index' AND y.name = x.name) LOOP
        DELETE FROM step WHERE phase = 30 AND ord = m.ord AND what = format('create index %s', m.name);
        PERFORM pg_temp.step(30, m.ord, format('put index %s in its place', m.name), format('ALTER INDEX %s RENAME TO %I;', m.temporary, m.def->>'index'), pg_temp.record('index', m.name));
    END LOOP;
END $$;

-- CREATE OR REPLACE can't change a function's result, the names of its arguments, nor take a default away.
CREATE FUNCTION pg_temp.compare_functions() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; l record; old record; records text; called_as text;
BEGIN
    FOR m IN SELECT * FROM model WHERE kind = 'function' ORDER BY ord LOOP
        CONTINUE WHEN EXISTS (SELECT FROM made_again x WHERE x.kind = 'function' AND x.name = m.name);
        SELECT * INTO l FROM live WHERE kind = 'function' AND name = m.name;
        IF FOUND THEN
            CONTINUE WHEN l.def->>'def' = m.def->>'def';
            IF l.def->>'result' IS NOT DISTINCT FROM m.def->>'result' AND l.def->'names' = m.def->'names' AND (l.def->>'defaults')::int <= (m.def->>'defaults')::int AND l.def->>'what' = m.def->>'what' THEN
                PERFORM pg_temp.step(20, m.ord, format('change function %s', m.name), pg_temp.make('function', m.name, m.def), pg_temp.record('function', m.name));
            ELSE
                called_as := CASE WHEN l.def->>'result' IS DISTINCT FROM m.def->>'result' THEN format('change the result of function %s from %s to %s', m.name, l.def->>'result', m.def->>'result') ELSE format('change the arguments of function %s from (%s) to (%s)', m.name, l.def->>'args', m.def->>'args') END;
                PERFORM pg_temp.with_dependents('pg_proc', l.oid, 0, m.ord, called_as, pg_temp.unmake('function', l.name, l.def) || E'\n' || pg_temp.make('function', m.name, m.def)
                    || coalesce(E'\n' || (SELECT string_agg(pg_temp.make(g.kind, g.name, g.def), E'\n') FROM live g WHERE g.kind = 'grant' AND g.def->>'on' = (l.def->>'what') || ' ' || l.name), '')
                    || coalesce(E'\n' || (SELECT string_agg(pg_temp.make(g.kind, g.name, g.def), E'\n') FROM live g WHERE g.kind = 'comment' AND g.name = (l.def->>'what') || ' ' || l.name), ''), pg_temp.record('function', m.name), false);
            END IF;
            CONTINUE;
        END IF;
        -- The same name with other arguments takes the former one's place at once: both together could be ambiguous.
        SELECT x.* INTO old FROM live x JOIN former f ON f.kind = x.kind AND f.name = x.name WHERE x.kind = 'function' AND x.def->>'base' = m.def->>'base' AND NOT EXISTS (SELECT FROM model y WHERE y.kind = 'function' AND y.name = x.name)
            AND NOT EXISTS (SELECT FROM made_again y WHERE y.kind = 'function' AND y.name = x.name) ORDER BY x.name LIMIT 1;
        IF FOUND THEN
            records := pg_temp.record('function', m.name) || pg_temp.forget('function', old.name);
            -- Its comment and grants go with it.
            INSERT INTO made_again SELECT g.kind, g.name FROM live g WHERE g.kind = 'grant' AND g.def->>'on' = (old.def->>'what') || ' ' || old.name OR g.kind IN ('comment', 'owner') AND g.name = (old.def->>'what') || ' ' || old.name ON CONFLICT DO NOTHING;
            SELECT records || coalesce(string_agg(pg_temp.forget(g.kind, g.name), '' ORDER BY g.kind, g.name), '') INTO records FROM live g WHERE g.kind = 'grant' AND g.def->>'on' = (old.def->>'what') || ' ' || old.name OR g.kind IN ('comment', 'owner') AND g.name = (old.def->>'what') || ' ' || old.name;
            INSERT INTO made_again VALUES ('function', old.name) ON CONFLICT DO NOTHING;
            PERFORM pg_temp.with_dependents('pg_proc', old.oid, 0, m.ord, format('change the arguments of function %s to (%s)', old.name, m.def->>'args'), pg_temp.unmake('function', old.name, old.def) || E'\n' || pg_temp.make('function', m.name, m.def), records, false);
        ELSE
            PERFORM pg_temp.step(20, m.ord, format('create function %s', m.name), pg_temp.make('function', m.name, m.def), pg_temp.record('function', m.name));
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION pg_temp.compare_views() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; l record; was_columns jsonb; now_columns jsonb; keeps boolean;
BEGIN
    FOR m IN SELECT * FROM model WHERE kind = 'view' ORDER BY ord LOOP
        CONTINUE WHEN EXISTS (SELECT FROM made_again x WHERE x.kind = 'view' AND x.name = m.name);
        SELECT * INTO l FROM live WHERE kind = 'view' AND name = m.name;
        IF NOT FOUND THEN
            PERFORM pg_temp.step(20, m.ord, format('create %s %s', lower(m.def->>'what'), m.name), pg_temp.make('view', m.name, m.def), pg_temp.record('view', m.name));
            CONTINUE;
        END IF;
        CONTINUE WHEN l.def - 'options' = m.def - 'options';
        was_columns := l.def->'columns';
        now_columns := m.def->'columns';
        keeps := l.def->>'what' = 'VIEW' AND m.def->>'what' = 'VIEW' AND jsonb_array_length(was_columns) <= jsonb_array_length(now_columns)
            AND NOT EXISTS (SELECT FROM generate_series(0, jsonb_array_length(was_columns) - 1) i WHERE was_columns->i <> now_columns->i);
        IF keeps THEN
            PERFORM pg_temp.step(20, m.ord, format('change view %s', m.name), replace(pg_temp.make('view', m.name, m.def - 'options'), 'CREATE VIEW', 'CREATE OR REPLACE VIEW'), pg_temp.record('view', m.name));
        ELSE
            PERFORM pg_temp.with_dependents('pg_class', l.oid, 0, m.ord, format('change the columns of %s %s', lower(l.def->>'what'), m.name), pg_temp.unmake('view', l.name, l.def) || E'\n' || pg_temp.make('view', m.name, m.def)
                || coalesce(E'\n' || (SELECT string_agg(pg_temp.make(g.kind, g.name, g.def), E'\n') FROM live g WHERE g.kind = 'grant' AND g.def->>'on' = 'TABLE ' || l.name), '')
                || coalesce(E'\n' || (SELECT string_agg(pg_temp.make(g.kind, g.name, g.def), E'\n') FROM model g WHERE g.kind IN ('trigger', 'index') AND g.def->>'table' = l.name), ''), pg_temp.record('view', m.name), false);
            INSERT INTO made_again SELECT kind, name FROM model WHERE kind IN ('trigger', 'index') AND def->>'table' = l.name ON CONFLICT DO NOTHING;
            DELETE FROM live WHERE kind = 'comment' AND (name IN ('VIEW ' || l.name, 'MATERIALIZED VIEW ' || l.name) OR strpos(name, 'COLUMN ' || l.name || '.') = 1);
        END IF;
    END LOOP;
END $$;

-- Triggers, policies, comments, grants, memberships and owners: replaced as they are.
CREATE FUNCTION pg_temp.compare_rest() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE m record; l record;
BEGIN
    FOR m IN SELECT x.*, y.def AS was FROM model x LEFT JOIN live y ON y.kind = x.kind AND y.name = x.name WHERE x.kind IN ('trigger', 'policy', 'comment', 'grant', 'member', 'owner') AND x.def IS DISTINCT FROM y.def ORDER BY x.ord, x.name LOOP
        CONTINUE WHEN EXISTS (SELECT FROM made_again x WHERE x.kind = m.kind AND x.name = m.name);
        CONTINUE WHEN m.kind = 'owner' AND m.was IS NULL; -- whoever makes it owns it
        PERFORM pg_temp.step(CASE m.kind WHEN 'grant' THEN 45 WHEN 'member' THEN 45 WHEN 'comment' THEN 41 WHEN 'owner' THEN 42 ELSE 40 END, m.ord,
            format('%s %s', CASE WHEN m.was IS NOT NULL THEN 'change' WHEN m.kind IN ('comment', 'grant', 'member') THEN 'set' ELSE 'create' END, pg_temp.called(m.kind, m.name)),
            CASE WHEN m.was IS NOT NULL AND m.kind IN ('policy', 'grant') THEN pg_temp.unmake(m.kind, m.name, m.was) || E'\n' ELSE '' END || pg_temp.make(m.kind, m.name, m.def), pg_temp.record(m.kind, m.name));
    END LOOP;
END $$;

-- What an applied model declared and this one doesn't. What holds no data goes; what holds data stays until the manifest says destroy.
CREATE FUNCTION pg_temp.compare_former() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE l record; d record; blocked text; of_table text; gone boolean;
BEGIN
    FOR l IN SELECT x.* FROM live x JOIN former f ON f.kind = x.kind AND f.name = x.name WHERE NOT EXISTS (SELECT FROM model m WHERE m.kind = x.kind AND m.name = x.name)
             AND NOT EXISTS (SELECT FROM made_again y WHERE y.kind = x.kind AND y.name = x.name) ORDER BY x.ord DESC LOOP
        of_table := coalesce(l.def->>'table', '');
        gone := pg_temp.permits('destroy', 'table', of_table) AND NOT EXISTS (SELECT FROM model m WHERE m.kind = 'table' AND m.name = of_table);
        CONTINUE WHEN gone; -- with its table
        CASE l.kind
        WHEN 'grant', 'member', 'trigger', 'policy', 'comment' THEN
            PERFORM pg_temp.step(CASE WHEN l.kind IN ('grant', 'member') THEN 50 ELSE 51 END, -l.ord, format('%s %s', CASE WHEN l.kind IN ('grant', 'member') THEN 'revoke' ELSE 'drop' END, pg_temp.called(l.kind, l.name)), pg_temp.unmake(l.kind, l.name, l.def), pg_temp.forget(l.kind, l.name));
        WHEN 'view', 'function' THEN
            SELECT string_agg(pg_temp.called(x.kind, x.name), ', ' ORDER BY x.kind, x.name) INTO blocked FROM pg_temp.dependents(CASE l.kind WHEN 'view' THEN 'pg_class'::regclass ELSE 'pg_proc'::regclass END, l.oid, 0) x
                WHERE NOT EXISTS (SELECT FROM model m WHERE m.kind = x.kind AND m.name = x.name) AND NOT EXISTS (SELECT FROM former f WHERE f.kind = x.kind AND f.name = x.name)
                  AND NOT (x.kind = 'default' AND EXISTS (SELECT FROM former f WHERE f.kind = 'column' AND f.name = x.name));
            IF blocked IS NOT NULL THEN
                PERFORM pg_temp.find('refused', format('drop %s: %s, which the manifest does not declare, depends on it', pg_temp.called(l.kind, l.name), blocked));
            END IF;
            PERFORM pg_temp.step(52, -l.ord, format('drop %s', pg_temp.called(l.kind, l.name)), pg_temp.unmake(l.kind, l.name, l.def), pg_temp.forget(l.kind, l.name));
        WHEN 'constraint' THEN
            CONTINUE WHEN l.def->>'type' = 'p' AND NOT EXISTS (SELECT FROM model m WHERE m.kind = 'table' AND m.name = of_table); -- a table that stays keeps its key
            SELECT string_agg(f.name, ', ' ORDER BY f.name) INTO blocked FROM live f JOIN pg_constraint k ON k.oid = f.oid WHERE f.kind = 'constraint' AND k.contype = 'f' AND k.conindid <> 0 AND k.conindid = (SELECT conindid FROM pg_constraint WHERE oid = l.oid) AND f.oid <> l.oid AND l.def->>'type' IN ('p', 'u')
                AND NOT EXISTS (SELECT FROM model m WHERE m.kind = 'constraint' AND m.name = f.name) AND NOT EXISTS (SELECT FROM former x WHERE x.kind = 'constraint' AND x.name = f.name);
            IF blocked IS NOT NULL THEN
                PERFORM pg_temp.find('refused', format('drop constraint %s: constraint %s, which the manifest does not declare, depends on it', l.name, blocked));
            END IF;
            PERFORM pg_temp.step(CASE l.def->>'type' WHEN 'f' THEN 53 ELSE 54 END, -l.ord, format('drop constraint %s', l.name), pg_temp.unmake(l.kind, l.name, l.def), pg_temp.forget(l.kind, l.name));
        WHEN 'index' THEN
            PERFORM pg_temp.step(54, -l.ord, format('drop index %s', l.name), format('DROP INDEX CONCURRENTLY %s;', l.name), pg_temp.forget(l.kind, l.name), true);
        WHEN 'column' THEN
            CONTINUE WHEN NOT EXISTS (SELECT FROM model m WHERE m.kind = 'table' AND m.name = of_table);
            IF pg_temp.permits('destroy', 'column', l.name) THEN
                PERFORM pg_temp.with_dependents_gone(l.oid, (l.def->>'number')::int, l.name);
                PERFORM pg_temp.step(60, -l.ord, format('drop column %s and its values', l.name), format('ALTER TABLE %s DROP COLUMN %I;', of_table, l.def->>'column'), pg_temp.forget('column', l.name));
                CONTINUE;
            END IF;
            PERFORM pg_temp.find('stays', format('column %s; it goes when the table says destroy = ["column %s"]', l.name, l.def->>'column'));
            IF (l.def->>'notnull')::boolean AND l.def->>'identity' = '' THEN
                PERFORM pg_temp.step(55, -l.ord, format('column %s, which stays, permits NULL', l.name), format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL;', of_table, l.def->>'column'));
            END IF;
        WHEN 'table' THEN
            IF pg_temp.permits('destroy', 'table', l.name) THEN
                SELECT string_agg(pg_temp.called(x.kind, x.name), ', ' ORDER BY x.kind, x.name) INTO blocked FROM (
                    SELECT y.kind, y.name FROM pg_temp.dependents('pg_class', l.oid, 0) y JOIN live z ON z.kind = y.kind AND z.name = y.name WHERE y.kind IN ('view', 'function')
                    UNION SELECT f.kind, f.name FROM live f WHERE f.kind = 'constraint' AND f.def->>'type' = 'f' AND f.def->>'other' = l.name AND f.def->>'table' <> l.name) x
                    WHERE NOT EXISTS (SELECT FROM former f WHERE f.kind = x.kind AND f.name = x.name);
                IF blocked IS NOT NULL THEN
                    PERFORM pg_temp.find('refused', format('drop table %s: %s, which the manifest does not declare, depends on it', l.name, blocked));
                END IF;
                PERFORM pg_temp.step(61, -l.ord, format('drop table %s and its rows', l.name), format('DROP TABLE %s;', l.name), pg_temp.forget('table', l.name) || format('DELETE FROM omegagen.objects WHERE kind = ''column'' AND name LIKE %L OR kind IN (''constraint'', ''trigger'', ''policy'') AND name LIKE %L;', replace(replace(replace(l.name, '\', '\\'), '_', '\_'), '%', '\%') || '.%', replace(replace(replace(l.name, '\', '\\'), '_', '\_'), '%', '\%') || ' %'));
            ELSE
                PERFORM pg_temp.find('stays', format('table %s; it goes when the database says destroy = ["table %s"]', l.name, l.name));
            END IF;
        WHEN 'type', 'schema' THEN
            PERFORM pg_temp.find('stays', format('%s %s', l.kind, l.name));
        ELSE
            NULL;
        END CASE;
    END LOOP;
END $$;

-- Refuses to drop a column on which what the model doesn't declare depends; names the indexes that go with it.
CREATE FUNCTION pg_temp.with_dependents_gone(of_table oid, of_column int, named text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE d record;
BEGIN
    FOR d IN SELECT x.* FROM pg_temp.dependents('pg_class', of_table, of_column) x WHERE NOT EXISTS (SELECT FROM model m WHERE m.kind = x.kind AND m.name = x.name) AND NOT EXISTS (SELECT FROM former f WHERE f.kind = x.kind AND f.name = x.name) LOOP
        PERFORM pg_temp.find('refused', format('drop column %s: %s, which the manifest does not declare, depends on it', named, pg_temp.called(d.kind, d.name)));
    END LOOP;
    FOR d IN SELECT l.* FROM live l JOIN pg_index i ON i.indexrelid = l.oid WHERE l.kind = 'index' AND i.indrelid = of_table AND of_column = ANY (i.indkey::int2[])
             AND NOT EXISTS (SELECT FROM model m WHERE m.kind = 'index' AND m.name = l.name) AND NOT EXISTS (SELECT FROM former f WHERE f.kind = 'index' AND f.name = l.name) LOOP
        PERFORM pg_temp.find('touched', format('index %s, which the manifest does not declare, goes with column %s', d.name, named));
    END LOOP;
END $$;

CREATE FUNCTION pg_temp.compare() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO live SELECT * FROM pg_temp.catalog();
    IF to_regclass('omegagen.objects') IS NOT NULL THEN
        INSERT INTO former SELECT kind, name FROM omegagen.objects;
    END IF;
    PERFORM pg_temp.compare_renames();
    PERFORM pg_temp.compare_types();
    PERFORM pg_temp.compare_tables();
    PERFORM pg_temp.compare_functions();
    PERFORM pg_temp.compare_views();
    PERFORM pg_temp.compare_constraints();
    PERFORM pg_temp.compare_indexes();
    PERFORM pg_temp.compare_rest();
    PERFORM pg_temp.compare_former();
    -- Left by a change that was interrupted, and of no use to this one.
    INSERT INTO step (phase, ord, what, sql, alone, record)
        SELECT 5, 0, format('drop index %s, which an interrupted change left', l.name), format('DROP INDEX CONCURRENTLY %s;', l.name), true, '' FROM live l
        WHERE l.kind = 'index' AND l.def->>'index' ~ '^omegagen_new_' AND (NOT (l.def->>'valid')::boolean OR NOT EXISTS (SELECT FROM step s WHERE strpos(s.sql, l.def->>'index') > 0));
    INSERT INTO step (phase, ord, what, sql, alone, record)
        SELECT 5, 0, format('drop the check %I of table %s, which an interrupted change left', k.conname, pg_temp.rel(k.conrelid)), format('ALTER TABLE %s DROP CONSTRAINT %I;', pg_temp.rel(k.conrelid), k.conname), false, '' FROM pg_constraint k
        WHERE k.conname ~ '^omegagen_new_' AND NOT EXISTS (SELECT FROM step s WHERE strpos(s.sql, k.conname) > 0);
END $$;

-- What is found, a line each, and the statements.
CREATE FUNCTION pg_temp.line(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.translate(x, E'\n\r\t', '   ') $$;
CREATE FUNCTION pg_temp.report() RETURNS SETOF text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT x FROM (
        SELECT 0 AS part, 0 AS phase, 0::bigint AS ord, 0 AS n, 'state ' || CASE WHEN EXISTS (SELECT FROM former) OR EXISTS (SELECT FROM model m JOIN live l USING (kind, name) WHERE kind IN ('table', 'view', 'type', 'function')) THEN 'known'
            WHEN EXISTS (SELECT FROM model WHERE kind IN ('table', 'view', 'type', 'function')) THEN 'empty' ELSE 'known' END AS x
        UNION ALL SELECT 0, 0, 0, 1, 'state unrecorded' WHERE EXISTS (SELECT FROM model m WHERE NOT EXISTS (SELECT FROM former f WHERE f.kind = m.kind AND f.name = m.name))
        UNION ALL SELECT 1, 0, 0, n, class || ': ' || pg_temp.line(what) FROM finding
        UNION ALL SELECT 2, phase, ord, n, 'step: ' || pg_temp.line(what) FROM step
        UNION ALL SELECT 3, 0, 0, 0, 'statements'
        UNION ALL SELECT 4, phase, ord, n, E'\n-- ' || pg_temp.line(what) || E'\n' || CASE WHEN alone THEN sql ELSE E'BEGIN;\n' || sql || E'\nCOMMIT;' END FROM step
    ) s ORDER BY part, phase, ord, n $$;

CREATE FUNCTION pg_temp.report_refused() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE all_of text;
BEGIN
    SELECT string_agg(what, E'\n' ORDER BY n) INTO all_of FROM finding WHERE class IN ('refused', 'rows');
    IF all_of IS NOT NULL THEN RAISE EXCEPTION 'refused' USING DETAIL = all_of; END IF;
END $$;

-- The record of what applied models declared. Made once.
CREATE FUNCTION pg_temp.prepare() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regclass('omegagen.objects') IS NULL THEN
        CREATE SCHEMA IF NOT EXISTS omegagen;
        CREATE TABLE omegagen.objects (kind text NOT NULL, name text NOT NULL, PRIMARY KEY (kind, name));
        COMMENT ON SCHEMA omegagen IS 'What deploy.sh has declared in this database: the objects that it may change and remove.';
    END IF;
END $$;
CREATE FUNCTION pg_temp.remember() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO omegagen.objects (kind, name) SELECT m.kind, m.name FROM pg_temp.model m
        WHERE EXISTS (SELECT FROM pg_temp.catalog() c WHERE c.kind = m.kind AND c.name = m.name) AND NOT EXISTS (SELECT FROM omegagen.objects o WHERE o.kind = m.kind AND o.name = m.name);
END $$;

-- The lines of FILE, so that a step that fails is named with its object's line.
CREATE TEMP TABLE source (n serial, line text);

-- A name as FILE may write it, as a regular expression: without public, with or without quotes.
CREATE FUNCTION pg_temp.written(name text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format('(?:%s|"%s")', part, replace(part, '"', '""')), '\.' ORDER BY n) FROM (
        SELECT n, count(*) OVER () AS all_of, regexp_replace(p, '([][(){}.*+?^$|\\])', '\\\1', 'g') AS part, p FROM unnest(parse_ident(name, false)) WITH ORDINALITY x (p, n)) s
    WHERE NOT (n = 1 AND all_of > 1 AND p = 'public') $$;

-- The line of FILE that declares an object; NULL if none is found.
CREATE FUNCTION pg_temp.place(of_kind text, of_name text, of_def jsonb) RETURNS int LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of_table text := CASE of_kind WHEN 'table' THEN of_name ELSE of_def->>'table' END;
    on_what text := regexp_replace(CASE of_kind WHEN 'comment' THEN of_name ELSE of_def->>'on' END, '^((?:MATERIALIZED )?[A-Z]+) ?', '');
    pattern text; next_line text := ''; starts int; inside int;
BEGIN
    on_what := pg_temp.written(coalesce((SELECT def->>'base' FROM model WHERE kind = 'function' AND name = on_what), nullif(on_what, ''), 'x'));
    CASE of_kind
    WHEN 'schema' THEN pattern := '^CREATE SCHEMA IF NOT EXISTS ' || pg_temp.written(of_name) || ';';
    WHEN 'type' THEN pattern := '^ *CREATE TYPE ' || pg_temp.written(of_name) || ' AS ENUM';
    WHEN 'table', 'column', 'constraint' THEN pattern := '^CREATE TABLE IF NOT EXISTS ' || pg_temp.written(of_table) || ' \(';
    WHEN 'index' THEN
        pattern := '^CREATE (UNIQUE )?INDEX IF NOT EXISTS ' || pg_temp.written(quote_ident(of_def->>'index')) || '$';
        next_line := ' ON ' || pg_temp.written(of_table) || ' ';
    WHEN 'trigger' THEN
        pattern := '^CREATE OR REPLACE TRIGGER ' || pg_temp.written(quote_ident(of_def->>'trigger')) || '$';
        next_line := ' ON ' || pg_temp.written(of_table) || '$';
    WHEN 'function' THEN pattern := '^CREATE OR REPLACE FUNCTION ' || pg_temp.written(of_def->>'base') || '\(';
    WHEN 'view' THEN pattern := '^CREATE (MATERIALIZED VIEW IF NOT EXISTS|OR REPLACE VIEW) ' || pg_temp.written(of_name) || ' AS$';
    WHEN 'comment' THEN pattern := '^COMMENT ON ' || substring(of_name FROM '^(?:MATERIALIZED )?[A-Z]+') || ' ' || on_what || '[ (]';
    WHEN 'grant' THEN pattern := format('^GRANT .*(%s|ALL).* ON (ALL |DATABASE |.*[ .,]%s[ ,(]).*TO (.*, )?(%s|%s)(, |;| WITH)', of_def->>'privilege', on_what, of_def->>'to', pg_temp.written(of_def->>'to'));
    WHEN 'member' THEN pattern := format('^GRANT %s TO %s;', pg_temp.written(quote_ident(of_def->>'group')), pg_temp.written(quote_ident(of_def->>'member')));
    ELSE RETURN NULL;
    END CASE;
    SELECT min(s.n) INTO starts FROM source s WHERE s.line ~ pattern AND (next_line = '' OR (SELECT x.line FROM source x WHERE x.n = s.n + 1) ~ next_line);
    IF starts IS NULL OR of_kind NOT IN ('column', 'constraint') THEN RETURN starts; END IF;
    pattern := CASE of_kind WHEN 'column' THEN '^    ' || pg_temp.written(quote_ident(of_def->>'column')) || ' ' ELSE '^    CONSTRAINT ' || pg_temp.written(quote_ident(of_def->>'constraint')) || ' ' END;
    SELECT min(n) INTO inside FROM source WHERE n > starts AND n < coalesce((SELECT min(n) FROM source WHERE n > starts AND line = ');'), starts) AND line ~ pattern;
    IF inside IS NULL AND of_kind = 'constraint' THEN -- of tables that refer to each other
        SELECT min(n) INTO inside FROM source WHERE line ~ format('^ *ALTER TABLE %s ADD CONSTRAINT %s ', pg_temp.written(of_table), pg_temp.written(quote_ident(of_def->>'constraint')));
    END IF;
    RETURN coalesce(inside, starts);
END $$;

-- The line of the object that a step makes or changes: what it records, or what has its place and is named in it.
CREATE FUNCTION pg_temp.place_of(what text, at bigint, recording text) RETURNS int LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_temp.place(m.kind, m.name, m.def) FROM model m, strpos(recording, pg_temp.record(m.kind, m.name)) x
    WHERE x > 0 OR m.ord = at AND strpos(what, m.name) > 0
    ORDER BY x = 0, x, length(m.name) DESC LIMIT 1 $$;

-- The steps as \gexec runs them, one after the other. Renames come alone: the rest is compared again after them.
CREATE FUNCTION pg_temp.statements() RETURNS TABLE (announce text, statement text, recording text, told text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT x FROM unnest(%L::text[]) x', ARRAY['now: ' || pg_temp.line(what)] || ('at: ' || pg_temp.place_of(what, ord, record))
            || (SELECT array_agg('sql: ' || translate(x, E'\r', ' ') ORDER BY y.n) FROM regexp_split_to_table(sql, E'\n') WITH ORDINALITY y (x, n))),
        CASE WHEN alone THEN sql ELSE E'BEGIN;\nSET LOCAL lock_timeout = ''500ms'';\n' || sql || E'\n' || record || E'\nCOMMIT;' END,
        CASE WHEN alone THEN nullif(record, '') END,
        format('SELECT %L', 'done: ' || pg_temp.line(what)) || CASE WHEN phase = 10 AND n = (SELECT max(n) FROM step WHERE phase = 10) THEN E' UNION ALL SELECT ''more''' ELSE '' END
    FROM step WHERE phase <= 10 OR NOT EXISTS (SELECT FROM step WHERE phase = 10)
    ORDER BY phase, ord, n $$;
