# Variables that images require, reject, or don't read.

system "env" {}

secret "s" {}

image "postgres" { pull = "postgres:17.2" }
image "mirror" {
  pull = "registry.example.org/db:1"
  runtime { like = "postgres:17" }
}
image "derived" {
  tag = "own-postgres:1"
  stage "s" {
    from = "public.ecr.aws/docker/library/postgres:17"
    run { command = "echo ready" }
  }
}
image "mysql" { pull = "mysql:8.4" }
image "mariadb" { pull = "docker.io/library/mariadb:11.8" }
image "mongo" { pull = "mongo:8.0" }
image "minecraft" { pull = "itzg/minecraft-server:2024.6.1" }
image "kafka" { pull = "confluentinc/cp-kafka:8.0.0" }
image "influxdb" { pull = "influxdb:2.7" }
image "opensearch" { pull = "opensearchproject/opensearch:2.18.0" }
image "pgadmin" { pull = "dpage/pgadmin4:9.16" }
image "rabbitmq" { pull = "rabbitmq:4.1-management" }
image "redis" { pull = "redis:7.4" }
image "elasticsearch" { pull = "elasticsearch:8.17.0" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "plex" { pull = "lscr.io/linuxserver/plex:1.41.0" }
image "vaultwarden" { pull = "vaultwarden/server:1.32.0" }

service "postgres" { # WARNING OG844: postgres:17.2 needs one of POSTGRES_PASSWORD, POSTGRES_PASSWORD_FILE or POSTGRES_HOST_AUTH_METHOD=trust (on first start), and service.postgres doesn't set any: the container exits. Write secret_env = { POSTGRES_PASSWORD_FILE = secret.NAME }.
  image = image.postgres
  env   = { POSTGRES_USER = "app", POSTGRES_PASSWORD = "", POSTGRES_HOST_AUTH_METHOD = "md5" }
}
service "mirror" { # WARNING OG844: registry.example.org/db:1 needs one of
  image = image.mirror
}
service "derived" { # WARNING OG844: own-postgres:1 needs one of
  image    = image.derived
  replicas = 3
}
service "mysql" { # WARNING OG844: mysql:8.4 needs one of MYSQL_ROOT_PASSWORD
  image      = image.mysql
  env        = { MYSQL_USER = "root" } # WARNING OG844: mysql:8.4 rejects MYSQL_USER=root on first start
  secret_env = { MYSQL_PASSWORD_FILE = secret.s }
}
service "mariadb" { # WARNING OG844: mariadb:11.8 needs one of MARIADB_ROOT_PASSWORD
  image = image.mariadb
  mount "/docker-entrypoint-initdb.d/init.sql" {
    bind      = "init.sql"
    read_only = true
  }
}
service "mongo" { # WARNING OG844: mongo:8.0 needs MONGO_INITDB_ROOT_USERNAME (MONGO_INITDB_ROOT_PASSWORD is set), and service.mongo doesn't set it
  image      = image.mongo
  secret_env = { MONGO_INITDB_ROOT_PASSWORD_FILE = secret.s }
}
service "minecraft" { # WARNING OG844: Write env = { EULA = "TRUE" }
  image = image.minecraft
  env   = { EULA = "no" }
}
service "kafka" { # WARNING OG844: needs KAFKA_PROCESS_ROLES and CLUSTER_ID # WARNING OG844: needs KAFKA_ADVERTISED_LISTENERS
  image = image.kafka
  env = {
    KAFKA_PORT = "9092" # ERROR OG845: confluentinc/cp-kafka:8.0.0 exits if KAFKA_PORT is set. Remove it.
  }
}
service "influxdb" { # WARNING OG844: needs DOCKER_INFLUXDB_INIT_ORG and DOCKER_INFLUXDB_INIT_BUCKET (on first start), and service.influxdb doesn't set them
  image      = image.influxdb
  env        = { DOCKER_INFLUXDB_INIT_MODE = "setup", DOCKER_INFLUXDB_INIT_USERNAME = "admin" }
  secret_env = { DOCKER_INFLUXDB_INIT_PASSWORD_FILE = secret.s }
}
service "opensearch" { # WARNING OG844: needs one of OPENSEARCH_INITIAL_ADMIN_PASSWORD
  image = image.opensearch
  harden {
    user     = "0" # WARNING OG852: opensearchproject/opensearch:2.18.0 refuses to run as user 0 and exits.
    non_root = false
    reason   = "for testing"
  }
}
service "pgadmin" { # WARNING OG844: needs PGADMIN_DEFAULT_EMAIL and PGADMIN_DEFAULT_PASSWORD or PGADMIN_DEFAULT_PASSWORD_FILE
  image = image.pgadmin
}

# Variables with and without a file form.
service "rabbitmq" {
  image = image.rabbitmq
  env   = { RABBITMQ_DEFAULT_USER = "app" }
  secret_env = {
    RABBITMQ_DEFAULT_PASS_FILE = secret.s # ERROR OG845: rabbitmq:4.1-management exits if RABBITMQ_DEFAULT_PASS_FILE is set. The image can't read this secret from a file: write env = { RABBITMQ_DEFAULT_PASS = secret.NAME } with exposed = true and a reason.
  }
}
service "both" {
  image   = image.postgres
  exposed = true
  reason  = "for testing"
  env = {
    POSTGRES_PASSWORD = secret.s # ERROR OG845: exits if both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set
  }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
}
service "redis" {
  image      = image.redis
  secret_env = { REDIS_PASSWORD_FILE = secret.s } # WARNING OG851: redis:7.4 doesn't read REDIS_PASSWORD_FILE, so the value has no effect. A password comes from --requirepass
}
service "grafana" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD_FILE = secret.s } # WARNING OG851: doesn't read GF_SECURITY_ADMIN_PASSWORD_FILE, so the value has no effect. Write secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = … }.
}
service "plex" {
  image      = image.plex
  secret_env = { PLEX_CLAIM_FILE = secret.s } # WARNING OG851: Write secret_env = { FILE__PLEX_CLAIM = … }.
}
service "root" {
  image = image.mysql
  env = {
    MYSQL_ROOT_PASSWORD = "hunter2" # WARNING OG803: MYSQL_ROOT_PASSWORD of service.root is a credential in plain text. Declare a secret block and pass it with secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.… }.
  }
}
service "guest" {
  image = image.rabbitmq
  env = {
    RABBITMQ_DEFAULT_PASS = "hunter2" # WARNING OG803: pass it as RABBITMQ_DEFAULT_PASS = secret.… with exposed = true and a reason: rabbitmq:4.1-management can't read it from a file
  }
}
service "vaultwarden" {
  image = image.vaultwarden
  env = {
    ADMIN_TOKEN = "hunter2" # WARNING OG803: secret_env = { ADMIN_TOKEN_FILE = secret.… }
  }
}
service "cache" {
  image = image.redis
  env = {
    REDIS_PASSWORD = "hunter2" # WARNING OG851: doesn't read REDIS_PASSWORD
  }
}

service "visible" {
  image   = image.postgres
  exposed = true
  reason  = "for testing"
  env = {
    POSTGRES_PASSWORD = secret.s # WARNING OG849: exposes secret.s to anyone who can inspect the container, although postgres:17.2 can read it from a file. Write secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  }
}

# One mistake, reported once.
service "misnamed" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD__FILE = secret.s } # WARNING OG851: doesn't read POSTGRES_PASSWORD__FILE, so the value has no effect. Write secret_env = { POSTGRES_PASSWORD_FILE = … }.
}
service "elasticsearch" {
  image      = image.elasticsearch
  secret_env = { ELASTIC_PASSWORD_FILE = secret.s } # ERROR OG845: exits if ELASTIC_PASSWORD_FILE names a file that other users can read, such as a secret's. The image can't read this secret from a file: write env = { ELASTIC_PASSWORD = secret.NAME }
}
service "again" {
  image = image.elasticsearch
  env = {
    ELASTIC_PASSWORD = "hunter2" # WARNING OG803: pass it as ELASTIC_PASSWORD = secret.… with exposed = true and a reason: elasticsearch:8.17.0 can't read it from a file.
  }
}

# An empty variable is not set.
service "rabbitmq_ssl" {
  image = image.rabbitmq
  env   = { RABBITMQ_SSL_VERIFY = "verify_peer", RABBITMQ_SSL_DEPTH = "" } # ERROR OG845: exits if RABBITMQ_SSL_VERIFY is set. Remove it.
}
