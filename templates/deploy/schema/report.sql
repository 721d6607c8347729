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

-- The steps as \gexec runs them, one after the other. Renames come alone: the rest is compared again after them.
CREATE FUNCTION pg_temp.statements() RETURNS TABLE (announce text, statement text, recording text, told text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %L', 'now: ' || pg_temp.line(what)),
        CASE WHEN alone THEN sql ELSE E'BEGIN;\nSET LOCAL lock_timeout = ''500ms'';\n' || sql || E'\n' || record || E'\nCOMMIT;' END,
        CASE WHEN alone THEN nullif(record, '') END,
        format('SELECT %L', 'done: ' || pg_temp.line(what)) || CASE WHEN phase = 10 AND n = (SELECT max(n) FROM step WHERE phase = 10) THEN E' UNION ALL SELECT ''more''' ELSE '' END
    FROM step WHERE phase <= 10 OR NOT EXISTS (SELECT FROM step WHERE phase = 10)
    ORDER BY phase, ord, n $$;
