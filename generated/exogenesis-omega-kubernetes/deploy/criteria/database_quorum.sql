-- from criterion.database_quorum
SELECT NOT pg_is_in_recovery()
