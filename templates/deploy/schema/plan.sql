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
