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
