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
