# The schema of the database "omega": applied when the volume is created, and
# again by each deployment (existing objects don't change). The document checks
# for user_patterns, sync_deltas and federation_checkpoints, which its SQL
# never creates; here the checks refer to these tables.

database "omega" {
  service = service.database
  user    = "omega"

  extension "vector" {}

  table "devices" {
    comment = "TV sets that take part in synchronisation."

    column "device_id" {
      type = "uuid"
      null = false
    }
    column "region" {
      type = "varchar(64)"
      null = false
    }
    column "sync_version" {
      type    = "bigint"
      null    = false
      default = "0"
    }
    column "last_seen" {
      type    = "timestamp with time zone"
      null    = false
      default = "now()"
    }
    primary_key = ["device_id"]

    index "devices_last_seen_idx" {
      on = ["last_seen DESC"]
    }
  }

  # In the document's SQL, device_id is varchar, in its server uuid; here there
  # is only the server's schema.
  table "patterns" {
    comment = "Learned viewing patterns, one row a device and pattern."

    column "id" {
      type    = "uuid"
      null    = false
      default = "gen_random_uuid()"
    }
    column "device_id" {
      type = "uuid"
      null = false
    }
    column "embedding" {
      type = "vector(384)"
      null = false
    }
    column "success_rate" {
      type    = "real"
      null    = false
      default = "0"
    }
    column "sample_count" {
      type    = "integer"
      null    = false
      default = "0"
    }
    column "context" {
      type    = "jsonb"
      null    = false
      default = "'{}'::jsonb"
    }
    column "created_at" {
      type    = "timestamp with time zone"
      null    = false
      default = "now()"
    }
    column "updated_at" {
      type    = "timestamp with time zone"
      null    = false
      default = "now()"
    }
    primary_key = ["id"]

    foreign_key {
      columns    = ["device_id"]
      references = database.omega.table.devices.column.device_id
      on_delete  = "cascade"
    }
    check "patterns_success_rate_range" {
      expr = "success_rate BETWEEN 0 AND 1"
    }

    index "patterns_device_id_idx" {
      on = ["device_id"]
    }
    index "patterns_created_at_idx" {
      on = ["created_at DESC"]
    }
    index "patterns_successful_idx" {
      on    = ["success_rate DESC"]
      where = "success_rate >= 0.8"
    }
    # The document measures HNSW searches while both HNSW indexes are commented
    # out in its SQL.
    index "patterns_embedding_hnsw_idx" {
      using = "hnsw"
      on    = ["embedding vector_cosine_ops"]
      with  = { m = 32, ef_construction = 200 }
    }
  }

  table "content_embeddings" {
    comment = "What can be recommended, and where it lies."

    column "content_id" {
      type = "varchar(255)"
      null = false
    }
    column "title" {
      type = "text"
      null = false
    }
    column "embedding" {
      type = "vector(384)"
      null = false
    }
    column "metadata" {
      type    = "jsonb"
      null    = false
      default = "'{}'::jsonb"
    }
    column "updated_at" {
      type    = "timestamp with time zone"
      null    = false
      default = "now()"
    }
    primary_key = ["content_id"]

    index "content_embeddings_hnsw_idx" {
      using = "hnsw"
      on    = ["embedding vector_cosine_ops"]
      with  = { m = 32, ef_construction = 200 }
    }
  }

  table "trending_content" {
    comment = "The federation's ranking of content in a time window."

    column "id" {
      type     = "bigint"
      null     = false
      identity = "always"
    }
    column "content_id" {
      type = "varchar(255)"
      null = false
    }
    column "time_window" {
      type    = "varchar(32)"
      null    = false
      default = "'24h'"
    }
    column "score" {
      type = "real"
      null = false
    }
    column "updated_at" {
      type    = "timestamp with time zone"
      null    = false
      default = "now()"
    }
    primary_key = ["id"]
    unique      = [["content_id", "time_window"]]

    foreign_key {
      columns    = ["content_id"]
      references = database.omega.table.content_embeddings.column.content_id
      on_delete  = "cascade"
    }

    index "trending_content_score_idx" {
      on = ["time_window", "score DESC"]
    }
  }

  table "federation_state" {
    comment = "How far each shard has been aggregated."

    column "shard_id" {
      type = "integer"
      null = false
    }
    column "last_round" {
      type    = "bigint"
      null    = false
      default = "0"
    }
    column "patterns_aggregated" {
      type    = "bigint"
      null    = false
      default = "0"
    }
    column "updated_at" {
      type    = "timestamp with time zone"
      null    = false
      default = "now()"
    }
    primary_key = ["shard_id"]

    check "federation_state_shard_range" {
      expr = "shard_id BETWEEN 0 AND 99"
    }
  }

  function "touch_updated_at" {
    returns  = "trigger"
    language = "plpgsql"
    body     = <<-SQL
      BEGIN
        NEW.updated_at := now();
        RETURN NEW;
      END;
    SQL
  }

  # The weight of a pattern increases with the number of its trials.
  function "pattern_quality" {
    arg "success_rate" {
      type = "real"
    }
    arg "sample_count" {
      type = "integer"
    }
    returns    = "real"
    language   = "plpgsql"
    volatility = "immutable"
    body       = <<-SQL
      BEGIN
        RETURN success_rate * (1 - 1 / sqrt(1 + sample_count));
      END;
    SQL
  }

  trigger "patterns_touch" {
    on       = database.omega.table.patterns
    timing   = "before"
    events   = ["update"]
    per      = "row"
    function = database.omega.function.touch_updated_at
  }

  trigger "content_embeddings_touch" {
    on       = database.omega.table.content_embeddings
    timing   = "before"
    events   = ["update"]
    per      = "row"
    function = database.omega.function.touch_updated_at
  }

  view "top_patterns" {
    query = <<-SQL
      SELECT p.id, p.device_id, p.success_rate, p.sample_count,
             pattern_quality(p.success_rate, p.sample_count) AS quality
      FROM patterns p
      ORDER BY pattern_quality(p.success_rate, p.sample_count) DESC
    SQL
  }

  view "device_activity" {
    query = <<-SQL
      SELECT d.device_id, d.region,
             count(p.id) AS pattern_count,
             avg(p.success_rate) AS mean_success_rate,
             max(p.updated_at) AS last_pattern_at
      FROM devices d
      LEFT JOIN patterns p ON p.device_id = d.device_id
      GROUP BY d.device_id, d.region
    SQL
  }

  # The document grants all privileges to the superuser, who has them anyway;
  # here each server has its own role with only the privileges that it needs.
  role "omega_reader" {
    login = false
  }

  role "omega_app" {
    login     = true
    password  = secret.omega_app_password
    member_of = [database.omega.role.omega_reader]
  }

  role "omega_federation" {
    login     = true
    password  = secret.omega_federation_password
    member_of = [database.omega.role.omega_reader]
  }

  grant "read" {
    privileges = ["select"]
    all        = "tables"
    to         = [database.omega.role.omega_reader]
  }

  grant "synchronise" {
    privileges = ["insert", "update", "delete"]
    on = [
      database.omega.table.content_embeddings,
      database.omega.table.devices,
      database.omega.table.patterns,
    ]
    to = [database.omega.role.omega_app]
  }

  grant "aggregate" {
    privileges = ["insert", "update", "delete"]
    on = [
      database.omega.table.federation_state,
      database.omega.table.trending_content,
    ]
    to = [database.omega.role.omega_federation]
  }

  seed "federation_state" {
    table    = database.omega.table.federation_state
    conflict = ["shard_id"]
    rows     = [{ shard_id = 1 }]
  }

  # The servers' queries. They are checked against the schema.
  query "nearest_content" {
    service = service.constellation
    params  = ["vector(384)", "integer"]
    sql     = "SELECT content_id, title FROM content_embeddings ORDER BY embedding <=> $1 LIMIT $2"
  }

  query "record_round" {
    service = service.federation
    params  = ["integer", "bigint", "bigint"]
    sql     = <<-SQL
      INSERT INTO federation_state (shard_id, last_round, patterns_aggregated)
      VALUES ($1, $2, $3)
      ON CONFLICT (shard_id) DO UPDATE
      SET last_round = EXCLUDED.last_round,
          patterns_aggregated = federation_state.patterns_aggregated + EXCLUDED.patterns_aggregated,
          updated_at = now()
    SQL
  }

  query "trending" {
    service = service.constellation
    params  = ["varchar(32)", "integer"]
    sql     = <<-SQL
      SELECT t.content_id, c.title, t.score
      FROM trending_content t
      JOIN content_embeddings c ON c.content_id = t.content_id
      WHERE t.time_window = $1
      ORDER BY t.score DESC
      LIMIT $2
    SQL
  }

  sql "statistics" {
    sql         = "VACUUM (ANALYZE)"
    after       = "seeds"
    transaction = false
  }
}

# The passwords of the roles, set inside the container from the secrets' files:
# they appear in no shell's arguments, log or process list.
artifact "database/passwords.sql" {
  template = "templates/passwords.sql.tmpl"
  data = {
    roles = [
      {
        name     = database.omega.role.omega_app.name
        password = "OMEGA_APP_PASSWORD_FILE"
      },
      {
        name     = database.omega.role.omega_federation.name
        password = "OMEGA_FEDERATION_PASSWORD_FILE"
      },
    ]
  }
}
