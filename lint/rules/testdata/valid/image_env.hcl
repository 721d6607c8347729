# Variables that are set, or that may be set elsewhere.

system "env" {}

secret "s" {}

volume "old" { external = true }

image "postgres" { pull = "postgres:17.2" }
image "namesake" { pull = "ghcr.io/example/postgres:17.2" }
image "digest" { pull = "postgres@sha256:0000000000000000000000000000000000000000000000000000000000000000" }
image "derived" {
  tag = "own-postgres:1"
  stage "s" {
    from = "postgres:17"
    env { values = { POSTGRES_HOST_AUTH_METHOD = "trust" } }
  }
}
image "mysql" { pull = "mysql:8.4" }
image "mariadb" { pull = "mariadb:11.8" }
image "mongo" { pull = "mongo:8.0" }
image "minecraft" { pull = "itzg/minecraft-server:2024.6.1" }
image "kafka" { pull = "confluentinc/cp-kafka:8.0.0" }
image "influxdb" { pull = "influxdb:2.7" }
image "opensearch" { pull = "opensearchproject/opensearch:2.18.0" }
image "pgadmin" { pull = "dpage/pgadmin4:9.16" }
image "rabbitmq" { pull = "rabbitmq:3.8-management" }
image "redis" { pull = "redis:7.4" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "plex" { pull = "lscr.io/linuxserver/plex:1.41.0" }
image "bitnami" { pull = "bitnami/redis:7.4" }
image "keycloak" { pull = "quay.io/keycloak/keycloak:26.0" }

service "file" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
}
service "trust" {
  image = image.postgres
  env   = { POSTGRES_HOST_AUTH_METHOD = "trust" }
}
service "exposed" {
  image    = image.postgres
  exposed  = true
  reason   = "the healthcheck reads it"
  env      = { POSTGRES_PASSWORD = secret.s }
  env_file = ["postgres.env"]
  healthcheck { shell = "PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -c 'SELECT 1'" }
}
service "elsewhere" {
  image    = image.postgres
  env_file = ["postgres.env"]
}
service "compose" {
  image   = image.postgres
  compose = { environment = { POSTGRES_PASSWORD = null } }
}
service "client" {
  image   = image.postgres
  command = ["psql", "-h", "file"]
}
service "own" {
  image      = image.postgres
  entrypoint = ["/own.sh"]
}
service "restored" {
  image = image.postgres
  mount "/var/lib/postgresql/data" { volume = volume.old }
}
service "namesake" { image = image.namesake }
service "digest" { image = image.digest }
service "derived" { image = image.derived }
service "mysql" {
  image = image.mysql
  env   = { MYSQL_RANDOM_ROOT_PASSWORD = 1, MYSQL_USER = "app" }
}
service "mariadb" {
  image      = image.mariadb
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
}
service "backup" {
  image = image.mariadb
  mount "/docker-entrypoint-initdb.d" { bind = "backup" }
}
service "mongo" { image = image.mongo }
service "minecraft" {
  image = image.minecraft
  env   = { EULA = "true" }
}
service "controller" {
  image = image.kafka
  env   = { KAFKA_PROCESS_ROLES = "controller", CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qk" }
}
service "influxdb" { image = image.influxdb }
service "opensearch" {
  image = image.opensearch
  env   = { DISABLE_SECURITY_PLUGIN = "true" }
}
service "pgadmin" {
  image      = image.pgadmin
  env        = { PGADMIN_DEFAULT_EMAIL = "ann@example.org" }
  secret_env = { PGADMIN_DEFAULT_PASSWORD_FILE = secret.s }
}
service "rabbitmq" {
  image      = image.rabbitmq
  secret_env = { RABBITMQ_DEFAULT_PASS_FILE = secret.s }
}
service "redis" {
  image      = image.redis
  command    = ["sh", "-c", "exec redis-server --requirepass \"$(cat $REDIS_PASSWORD_FILE)\""]
  secret_env = { REDIS_PASSWORD_FILE = secret.s }
}
service "asked" {
  image      = image.redis
  command    = ["redis-server", "/etc/redis/redis.conf"]
  secret_env = { REDIS_PASSWORD_FILE = secret.s }
  mount "/etc/redis" { bind = "redis" }
  healthcheck { shell = "redis-cli -a \"$(cat $REDIS_PASSWORD_FILE)\" ping" }
}
service "bitnami" {
  image      = image.bitnami
  secret_env = { REDIS_PASSWORD_FILE = secret.s }
}
service "grafana" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.s, GF_DATABASE_PASSWORD__FILE = secret.s, GF_AUTH_AZUREAD_WORKLOAD_IDENTITY_TOKEN_FILE = secret.s }
}
service "plex" {
  image      = image.plex
  secret_env = { FILE__PLEX_CLAIM = secret.s }
}
service "keycloak" {
  image   = image.keycloak
  command = ["start-dev"]
}

image "elasticsearch" { pull = "elasticsearch:8.17.0" }

service "private" {
  image = image.elasticsearch
  env   = { ELASTIC_PASSWORD_FILE = "/private/password" }
  mount "/private" { bind = "private" }
}

# A mounted script may read any variable.
service "script" {
  image      = image.redis
  secret_env = { REDIS_PASSWORD_FILE = secret.s }
  mount "/init.sh" { bind = "init.sh" }
}
service "app" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s, APP_PASSWORD_FILE = secret.s }
}
