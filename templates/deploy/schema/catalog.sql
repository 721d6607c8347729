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
