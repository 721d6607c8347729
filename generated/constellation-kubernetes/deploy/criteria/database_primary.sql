-- from criterion.database_primary
SELECT NOT pg_is_in_recovery() AND pg_current_xact_id()::text::bigint > 0
