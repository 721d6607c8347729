# PostgreSQL, by postgres_exporter. The role reads statistics and nothing else.

defaults {
  image    = image.EXPORTER
  user     = database.DATABASE.role.postgres_exporter.name
  password = secret.EXPORTER-password
  interval = null
}

unless "image" {
  image "EXPORTER" {
    pull = "quay.io/prometheuscommunity/postgres-exporter:v0.17.1"
  }
}

unless "user" {
  secret "EXPORTER-password" {}

  database "DATABASE" {
    role "postgres_exporter" {
      password  = secret.EXPORTER-password
      member_of = ["pg_monitor"]
    }
  }
}

service "EXPORTER" {
  image    = exporter.image
  networks = exporter.networks
  profiles = exporter.profiles
  command = [
    "--collector.database_wraparound",
    "--collector.long_running_transactions",
  ]

  env = {
    DATA_SOURCE_URI  = exporter.address
    DATA_SOURCE_USER = exporter.user
  }
  secret_env = {
    DATA_SOURCE_PASS_FILE = exporter.password
  }

  port "metrics" {
    container = 9187
  }

  scrape "metrics" {
    interval = exporter.interval
    exports  = exporter.exports
  }

  resources {
    memory = "64MB"
  }

  harden {
    read_only = true
  }
}

alert "PostgresDown" {
  expr        = "pg_up{job=~\"JOBS\"} == 0"
  for         = "1m"
  severity    = "critical"
  group       = "postgres"
  summary     = "PostgreSQL doesn't answer {{ $labels.instance }}"
  description = "The exporter has not been able to log in for a minute: the server is down, has no free connection, or refuses the role."
}

alert "PostgresExporterDown" {
  expr        = "up{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "warning"
  group       = "postgres"
  summary     = "{{ $labels.instance }} is down"
  description = "PostgreSQL is not watched: no other alert about it can fire."
}

alert "PostgresCollectorFailed" {
  expr        = "pg_scrape_collector_success{job=~\"JOBS\"} == 0"
  for         = "15m"
  severity    = "warning"
  group       = "postgres"
  summary     = "The collector {{ $labels.collector }} of {{ $labels.instance }} fails"
  description = "Its metrics are missing. The exporter's log says why; often the role lacks the privileges of pg_monitor."
}

alert "PostgresConnectionsNearLimit" {
  expr        = "sum by (job, instance) (pg_stat_activity_count{job=~\"JOBS\"}) / max by (job, instance) (pg_settings_max_connections{job=~\"JOBS\"}) > 0.8"
  for         = "5m"
  severity    = "warning"
  group       = "postgres"
  summary     = "More than 80 % of the connections that {{ $labels.instance }} sees are in use"
  description = "At max_connections the server refuses clients. Look for a pool that is too large, or for idle connections."

  test {
    series = {
      "pg_stat_activity_count{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",state=\"active\"}" = "50x20"
      "pg_stat_activity_count{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"b\",state=\"idle\"}"   = "40x20"
      "pg_settings_max_connections{job=\"FIRST\",instance=\"FIRST:9187\",server=\"a\"}"              = "100x20"
    }
    at = "10m"
  }
  test {
    series = {
      "pg_stat_activity_count{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",state=\"active\"}" = "50x20"
      "pg_settings_max_connections{job=\"FIRST\",instance=\"FIRST:9187\",server=\"a\"}"              = "100x20"
    }
    at    = "10m"
    fires = false
  }
}

alert "PostgresLongTransaction" {
  expr        = "max by (job, instance, datname, usename) (pg_stat_activity_max_tx_duration{job=~\"JOBS\",state=~\"active|idle in transaction.*\",usename!=\"\"}) > 3600"
  for         = "1m"
  severity    = "warning"
  group       = "postgres"
  summary     = "A transaction of {{ $labels.usename }} in {{ $labels.datname }} has been open for more than an hour"
  description = "It keeps its locks, and no vacuum removes rows that were deleted since it began."

  test {
    series = { "pg_stat_activity_max_tx_duration{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",usename=\"u\",state=\"idle in transaction\"}" = "3540+60x20" }
    at     = "10m"
  }
  test {
    series = { "pg_stat_activity_max_tx_duration{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",usename=\"u\",state=\"active\"}" = "0+60x20" }
    at     = "10m"
    fires  = false
  }
}

alert "PostgresDeadlocks" {
  expr        = "increase(pg_stat_database_deadlocks{job=~\"JOBS\"}[10m]) > 0"
  severity    = "warning"
  group       = "postgres"
  summary     = "Transactions in {{ $labels.datname }} block each other"
  description = "The server has ended one of them. Its log has both statements; they lock the same rows in different orders."

  test {
    series = { "pg_stat_database_deadlocks{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\"}" = "0x5 1x10" }
    at     = "8m"
  }
  test {
    series = { "pg_stat_database_deadlocks{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\"}" = "3x20" }
    at     = "15m"
    fires  = false
  }
}

alert "PostgresRollbacks" {
  expr        = "sum by (job, instance, datname) (rate(pg_stat_database_xact_rollback{job=~\"JOBS\"}[5m])) / sum by (job, instance, datname) (rate(pg_stat_database_xact_commit{job=~\"JOBS\"}[5m]) + rate(pg_stat_database_xact_rollback{job=~\"JOBS\"}[5m])) > 0.2 and sum by (job, instance, datname) (rate(pg_stat_database_xact_rollback{job=~\"JOBS\"}[5m])) > 1"
  for         = "10m"
  severity    = "warning"
  group       = "postgres"
  summary     = "More than a fifth of the transactions in {{ $labels.datname }} are rolled back"
  description = "An application fails and gives up its work."

  test {
    series = {
      "pg_stat_database_xact_commit{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\"}"   = "0+300x30"
      "pg_stat_database_xact_rollback{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\"}" = "0+300x30"
    }
    at = "20m"
  }
  test {
    series = {
      "pg_stat_database_xact_commit{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\"}"   = "0+3000x30"
      "pg_stat_database_xact_rollback{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\"}" = "0+300x30"
    }
    at    = "20m"
    fires = false
  }
}

alert "PostgresDeadRows" {
  expr        = "pg_stat_user_tables_n_dead_tup{job=~\"JOBS\"} > 10000 and pg_stat_user_tables_n_dead_tup{job=~\"JOBS\"} > 0.5 * pg_stat_user_tables_n_live_tup{job=~\"JOBS\"}"
  for         = "1h"
  severity    = "warning"
  group       = "postgres"
  summary     = "Vacuum doesn't keep up with {{ $labels.datname }}.{{ $labels.schemaname }}.{{ $labels.relname }}"
  description = "It has more than one dead row for two live ones. Look for a long transaction, or let autovacuum work harder on the table."

  test {
    series = {
      "pg_stat_user_tables_n_dead_tup{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",schemaname=\"public\",relname=\"t\"}" = "60000x90"
      "pg_stat_user_tables_n_live_tup{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",schemaname=\"public\",relname=\"t\"}" = "100000x90"
    }
    at = "80m"
  }
  test {
    series = {
      "pg_stat_user_tables_n_dead_tup{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",schemaname=\"public\",relname=\"t\"}" = "20000x90"
      "pg_stat_user_tables_n_live_tup{job=\"FIRST\",instance=\"FIRST:9187\",datname=\"a\",schemaname=\"public\",relname=\"t\"}" = "100000x90"
    }
    at    = "80m"
    fires = false
  }
}

alert "PostgresWraparound" {
  expr        = "pg_database_wraparound_age_datfrozenxid_seconds{job=~\"JOBS\"} > 1000000000"
  for         = "5m"
  severity    = "critical"
  group       = "postgres"
  summary     = "{{ $labels.datname }} approaches the wraparound of transaction ids"
  description = "Its oldest unfrozen transaction is a billion transactions old; at two billion the server accepts no writes. Find out what keeps autovacuum from freezing: a long transaction, a prepared one or a replication slot."
}

alert "PostgresArchiveFails" {
  expr        = "increase(pg_stat_archiver_failed_count{job=~\"JOBS\"}[15m]) > 0"
  for         = "15m"
  severity    = "critical"
  group       = "postgres"
  summary     = "WAL of the server behind {{ $labels.instance }} can't be archived"
  description = "Backups to a point in time are incomplete, and the files stay on the server's disk."

  test {
    series = { "pg_stat_archiver_failed_count{job=\"FIRST\",instance=\"FIRST:9187\"}" = "0+1x60" }
    at     = "40m"
  }
  test {
    series = { "pg_stat_archiver_failed_count{job=\"FIRST\",instance=\"FIRST:9187\"}" = "4x60" }
    at     = "40m"
    fires  = false
  }
}

alert "PostgresReplicaLag" {
  expr        = "pg_replication_lag_seconds{job=~\"JOBS\"} > 60 and pg_replication_is_replica{job=~\"JOBS\"} == 1"
  for         = "5m"
  severity    = "warning"
  group       = "postgres"
  summary     = "The replica behind {{ $labels.instance }} lags by more than a minute"
  description = "Its readers see old rows, and a failover to it would lose the difference."

  test {
    series = {
      "pg_replication_lag_seconds{job=\"FIRST\",instance=\"FIRST:9187\"}" = "120x20"
      "pg_replication_is_replica{job=\"FIRST\",instance=\"FIRST:9187\"}"  = "1x20"
    }
    at = "10m"
  }
  test {
    series = {
      "pg_replication_lag_seconds{job=\"FIRST\",instance=\"FIRST:9187\"}" = "120x20"
      "pg_replication_is_replica{job=\"FIRST\",instance=\"FIRST:9187\"}"  = "0x20"
    }
    at    = "10m"
    fires = false
  }
}

dashboard "exporter-postgres" {
  title       = "PostgreSQL"
  description = "Does the database answer, and what limits it?"
  tags        = ["postgres"]

  variable "instance" {
    label = "Instance"
  }

  row "Overview" {
    panel "Up" {
      type        = "stat"
      description = "1 if the exporter can log in."
      expr        = "pg_up{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Connections of the limit" {
      type        = "gauge"
      unit        = "percentunit"
      min         = 0
      max         = 1
      description = "Connections, as a part of max_connections."
      expr        = "sum by (instance) (pg_stat_activity_count{job=~\"JOBS\",instance=~\"$instance\"}) / max by (instance) (pg_settings_max_connections{job=~\"JOBS\",instance=~\"$instance\"})"
      legend      = "{{instance}}"
    }
    panel "Cache hits" {
      type        = "stat"
      unit        = "percentunit"
      description = "Blocks found in shared buffers. Below 0.99 the working set is larger than they are."
      expr        = "sum by (instance) (rate(pg_stat_database_blks_hit{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])) / (sum by (instance) (rate(pg_stat_database_blks_hit{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])) + sum by (instance) (rate(pg_stat_database_blks_read{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])))"
      legend      = "{{instance}}"
    }
    panel "Longest transaction" {
      type        = "stat"
      unit        = "s"
      description = "The age of the oldest open transaction."
      expr        = "max by (instance) (pg_stat_activity_max_tx_duration{job=~\"JOBS\",instance=~\"$instance\"})"
      legend      = "{{instance}}"
    }
  }

  row "Work" {
    panel "Transactions" {
      unit        = "ops"
      description = "Committed transactions, by database."
      expr        = "sum by (instance, datname) (rate(pg_stat_database_xact_commit{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
      legend      = "{{instance}} {{datname}}"
    }
    panel "Rollbacks and deadlocks" {
      unit        = "ops"
      description = "Transactions that were given up, and those that the server ended."
      query {
        expr   = "sum by (instance, datname) (rate(pg_stat_database_xact_rollback{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "rollbacks {{datname}}"
      }
      query {
        expr   = "sum by (instance, datname) (rate(pg_stat_database_deadlocks{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "deadlocks {{datname}}"
      }
    }
    panel "Rows" {
      unit        = "ops"
      description = "Rows that were returned by scans, and fetched, inserted, updated and deleted."
      query {
        expr   = "sum by (instance) (rate(pg_stat_database_tup_returned{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "returned"
      }
      query {
        expr   = "sum by (instance) (rate(pg_stat_database_tup_fetched{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "fetched"
      }
      query {
        expr   = "sum by (instance) (rate(pg_stat_database_tup_inserted{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "inserted"
      }
      query {
        expr   = "sum by (instance) (rate(pg_stat_database_tup_updated{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "updated"
      }
      query {
        expr   = "sum by (instance) (rate(pg_stat_database_tup_deleted{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
        legend = "deleted"
      }
    }
    panel "Connections" {
      description = "By state. Many that are idle in transaction hold locks."
      expr        = "sum by (instance, state) (pg_stat_activity_count{job=~\"JOBS\",instance=~\"$instance\"})"
      legend      = "{{instance}} {{state}}"
      stack       = true
    }
  }

  row "Storage" {
    panel "Size of databases" {
      unit        = "bytes"
      description = "On disk, with indexes."
      expr        = "pg_database_size_bytes{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}} {{datname}}"
    }
    panel "WAL on disk" {
      unit        = "bytes"
      description = "It grows if archiving fails or a replication slot isn't read."
      expr        = "pg_wal_size_bytes{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Temporary files" {
      unit        = "Bps"
      description = "Written by sorts and hashes that exceed work_mem."
      expr        = "sum by (instance, datname) (rate(pg_stat_database_temp_bytes{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]))"
      legend      = "{{instance}} {{datname}}"
    }
    panel "Tables with dead rows" {
      description = "The ten with the most rows that vacuum has still to remove."
      expr        = "topk(10, pg_stat_user_tables_n_dead_tup{job=~\"JOBS\",instance=~\"$instance\"})"
      legend      = "{{datname}}.{{schemaname}}.{{relname}}"
    }
    panel "Locks" {
      description = "Held or awaited, by mode."
      expr        = "sum by (instance, mode) (pg_locks_count{job=~\"JOBS\",instance=~\"$instance\"})"
      legend      = "{{instance}} {{mode}}"
    }
    panel "Age of the oldest transaction id" {
      description = "Transactions since the oldest one that isn't frozen; the server stops writes at two billion."
      expr        = "pg_database_wraparound_age_datfrozenxid_seconds{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}} {{datname}}"
    }
  }
}
