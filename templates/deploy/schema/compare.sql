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
