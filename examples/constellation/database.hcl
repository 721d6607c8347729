# The schema: created with the volume, and upgraded by each deployment.

database "constellation" {
  service = service.database
  user    = "constellation"
  port    = local.sql_port

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
      references = database.constellation.table.devices.column.device_id
      on_delete  = "cascade"
    }
    check "patterns_success_rate_range" {
      expr = "success_rate BETWEEN 0 AND 1"
    }
    check "patterns_sample_count_range" {
      expr = "sample_count BETWEEN 0 AND 1000000"
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
    index "patterns_embedding_hnsw_idx" {
      using = "hnsw"
      on    = ["embedding vector_cosine_ops"]
      with  = { m = 16, ef_construction = 64 }
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
      with  = { m = 16, ef_construction = 64 }
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
      references = database.constellation.table.content_embeddings.column.content_id
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

  # Older servers accepted any number of samples: rows that the check above would
  # refuse are fixed before it is added.
  sql "sample_counts" {
    after = "extensions"
    sql   = <<-SQL
      DO $$
      BEGIN
        IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('patterns') AND attname = 'sample_count' AND NOT attisdropped)
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass('patterns') AND conname = 'patterns_sample_count_range') THEN
          LOCK TABLE patterns IN ACCESS EXCLUSIVE MODE;
          UPDATE patterns SET sample_count = least(greatest(sample_count, 0), 1000000) WHERE sample_count NOT BETWEEN 0 AND 1000000;
        END IF;
      END
      $$;
    SQL
  }

  # A pattern's weight grows with the number of its trials.
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
        RETURN success_rate * (1 - 1 / sqrt(1 + greatest(sample_count, 0)::double precision));
      END;
    SQL
  }

  trigger "patterns_touch" {
    on       = database.constellation.table.patterns
    timing   = "before"
    events   = ["update"]
    per      = "row"
    function = database.constellation.function.touch_updated_at
  }

  trigger "content_embeddings_touch" {
    on       = database.constellation.table.content_embeddings
    timing   = "before"
    events   = ["update"]
    per      = "row"
    function = database.constellation.function.touch_updated_at
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

  role "constellation_reader" {
    login = false
  }

  role "constellation_app" {
    login     = true
    password  = secret.constellation_password
    member_of = [database.constellation.role.constellation_reader]
  }

  role "constellation_federation" {
    login     = true
    password  = secret.federation_password
    member_of = [database.constellation.role.constellation_reader]
  }

  grant "read" {
    privileges = ["select"]
    all        = "tables"
    to         = [database.constellation.role.constellation_reader]
  }

  grant "synchronise" {
    privileges = ["insert", "update", "delete"]
    on = [
      database.constellation.table.content_embeddings,
      database.constellation.table.devices,
      database.constellation.table.patterns,
    ]
    to = [database.constellation.role.constellation_app]
  }

  grant "aggregate" {
    privileges = ["insert", "update", "delete"]
    on = [
      database.constellation.table.federation_state,
      database.constellation.table.trending_content,
    ]
    to = [database.constellation.role.constellation_federation]
  }

  seed "federation_state" {
    table    = database.constellation.table.federation_state
    conflict = ["shard_id"]
    rows     = [{ shard_id = 1 }]
  }

  # The servers' queries. Each is prepared against the schema when it changes.
  query "nearest_content" {
    service = service.constellation
    params  = ["vector", "bigint"]
    sql     = <<-SQL
      SELECT content_id, title, embedding <=> $1::vector AS distance FROM content_embeddings
      ORDER BY embedding <=> $1::vector LIMIT $2
    SQL
  }

  query "register_device" {
    service = service.constellation
    params  = ["uuid", "varchar(64)"]
    sql     = <<-SQL
      INSERT INTO devices (device_id, region, sync_version) VALUES ($1, $2, 1)
      ON CONFLICT (device_id) DO UPDATE
      SET region = excluded.region, sync_version = devices.sync_version + 1, last_seen = now()
      RETURNING sync_version
    SQL
  }

  query "rank_content" {
    service = service.federation
    sql     = <<-SQL
      INSERT INTO trending_content (content_id, time_window, score)
      SELECT nearest.content_id, '24h', sum(pattern_quality(p.success_rate, p.sample_count))
      FROM (SELECT * FROM patterns WHERE created_at > now() - interval '24 hours' ORDER BY created_at DESC LIMIT 100) p
      CROSS JOIN LATERAL (SELECT content_id FROM content_embeddings c ORDER BY c.embedding <=> p.embedding LIMIT 1) nearest
      GROUP BY nearest.content_id
      ON CONFLICT (content_id, time_window) DO UPDATE SET score = excluded.score, updated_at = now()
    SQL
  }

  query "record_round" {
    service = service.federation
    params  = ["integer"]
    sql     = <<-SQL
      INSERT INTO federation_state (shard_id, last_round, patterns_aggregated) VALUES ($1, 1, (SELECT count(*) FROM patterns))
      ON CONFLICT (shard_id) DO UPDATE
      SET last_round = federation_state.last_round + 1, patterns_aggregated = excluded.patterns_aggregated, updated_at = now()
      RETURNING patterns_aggregated
    SQL
  }

  sql "statistics" {
    sql         = "VACUUM (ANALYZE)"
    after       = "seeds"
    transaction = false
  }
}
