# A private cloud of popular images, as they are run.

system "cloud" {
  defaults { restart = "unless-stopped" }
}

network "proxy" {}
network "data" { internal = true }
network "monitoring" {}

secret "postgres" {}
secret "grafana" {}
secret "nextcloud" {}
secret "smtp" { from = "prompt" }
secret "minio" {}
secret "keycloak" {}
secret "rabbit" {}

volume "pg" {}
volume "redis" {}
volume "grafana" {}
volume "prometheus" {}
volume "nextcloud" {}
volume "minio" {}
volume "rabbit" {}
volume "gitea" {}
volume "portainer" {}
volume "kuma" {}
volume "loki" {}
volume "meili" {}
volume "caddy" {}

image "traefik" { pull = "traefik:v3.3.4" }
image "caddy" { pull = "caddy:2.9.1-alpine" }
image "postgres" { pull = "postgres:17.4" }
image "redis" { pull = "redis:7.4.2-alpine" }
image "prometheus" { pull = "prom/prometheus:v3.2.1" }
image "alertmanager" { pull = "prom/alertmanager:v0.28.1" }
image "node_exporter" { pull = "quay.io/prometheus/node-exporter:v1.9.0" }
image "cadvisor" { pull = "gcr.io/cadvisor/cadvisor:v0.52.1" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "loki" { pull = "grafana/loki:3.4.2" }
image "promtail" { pull = "grafana/promtail:3.4.2" }
image "nextcloud" { pull = "nextcloud:30.0.6-apache" }
image "minio" { pull = "minio/minio:RELEASE.2025-02-28T09-55-16Z" }
image "keycloak" { pull = "quay.io/keycloak/keycloak:26.1.3" }
image "rabbit" { pull = "rabbitmq:4.0.7-management" }
image "gitea" { pull = "gitea/gitea:1.23.5" }
image "portainer" { pull = "portainer/portainer-ce:2.27.1" }
image "watchtower" { pull = "containrrr/watchtower:1.7.1" }
image "kuma" { pull = "louislam/uptime-kuma:1.23.16" }
image "meili" { pull = "getmeili/meilisearch:v1.13.3" }
image "memcached" { pull = "memcached:1.6.37-alpine" }
image "mailpit" { pull = "axllent/mailpit:v1.23.0" }
image "whoami" {
  pull = "traefik/whoami:v1.10.4"
  runtime { user = "65534" }
}

service "traefik" {
  image    = image.traefik
  networks = [network.proxy]
  command  = ["--providers.docker=true", "--providers.docker.exposedbydefault=false", "--entrypoints.web.address=:80"]
  port "web" {
    container = 80
    host      = 80
    bind      = "0.0.0.0"
  }
  mount "/var/run/docker.sock" {
    bind      = "/var/run/docker.sock"
    read_only = true
  }
}

service "caddy" {
  image    = image.caddy
  networks = [network.proxy]
  command  = ["caddy", "reverse-proxy", "--from", ":8080", "--to", "${service.whoami.host}:80"]
  mount "/data" { volume = volume.caddy }
}

service "whoami" {
  image    = image.whoami
  networks = [network.proxy]
  command  = ["--port", "80"]
  port "http" { container = 80 }
}

service "postgres" {
  image      = image.postgres
  networks   = [network.data]
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres }
  env        = { POSTGRES_USER = "cloud", POSTGRES_DB = "nextcloud", PGDATA = "/var/lib/postgresql/data/pgdata" }
  port "sql" { container = 5432 }
  mount "/var/lib/postgresql/data" { volume = volume.pg }
}

service "redis" {
  image    = image.redis
  networks = [network.data]
  command  = ["redis-server", "--save", "60", "1", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
  port "tcp" { container = 6379 }
  mount "/data" { volume = volume.redis }
}

service "memcached" {
  image    = image.memcached
  networks = [network.data]
  command  = ["-m", "128"]
  port "tcp" { container = 11211 }
}

service "nextcloud" {
  image    = image.nextcloud
  networks = [network.proxy, network.data]
  env = {
    POSTGRES_HOST             = service.postgres.host
    POSTGRES_DB               = "nextcloud"
    POSTGRES_USER             = "cloud"
    REDIS_HOST                = service.redis.host
    REDIS_HOST_PORT           = service.redis.port.tcp.container
    NEXTCLOUD_TRUSTED_DOMAINS = "cloud.example.org"
    OVERWRITEPROTOCOL         = "https"
    SMTP_HOST                 = service.mailpit.host
    SMTP_SECURE               = "ssl"
    SMTP_AUTHTYPE             = "LOGIN"
  }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres, SMTP_PASSWORD_FILE = secret.smtp, NEXTCLOUD_ADMIN_PASSWORD_FILE = secret.nextcloud }
  port "http" { container = 80 }
  mount "/var/www/html" { volume = volume.nextcloud }
}

service "mailpit" {
  image    = image.mailpit
  networks = [network.data]
  env      = { MP_MAX_MESSAGES = 500, MP_SMTP_AUTH_ACCEPT_ANY = 1, MP_SMTP_AUTH_ALLOW_INSECURE = 1 }
  port "smtp" { container = 1025 }
  port "http" { container = 8025 }
}

service "minio" {
  image      = image.minio
  networks   = [network.proxy, network.data]
  command    = ["server", "/data", "--console-address", ":9001"]
  env        = { MINIO_ROOT_USER = "admin" }
  secret_env = { MINIO_ROOT_PASSWORD_FILE = secret.minio }
  port "api" { container = 9000 }
  port "console" { container = 9001 }
  mount "/data" { volume = volume.minio }
}

service "keycloak" {
  image    = image.keycloak
  networks = [network.proxy, network.data]
  command  = ["start", "--http-enabled=true", "--hostname=https://id.example.org"]
  exposed  = true
  reason   = "Keycloak reads its passwords from the environment"
  env = {
    KC_DB                       = "postgres"
    KC_DB_URL                   = "jdbc:postgresql://${service.postgres.host}:${service.postgres.port.sql.container}/keycloak"
    KC_DB_USERNAME              = "cloud"
    KC_DB_PASSWORD              = secret.postgres
    KC_BOOTSTRAP_ADMIN_USERNAME = "admin"
    KC_BOOTSTRAP_ADMIN_PASSWORD = secret.keycloak
  }
  port "http" { container = 8080 }
}

service "rabbit" {
  image    = image.rabbit
  networks = [network.data]
  hostname = "rabbit"
  exposed  = true
  reason   = "RabbitMQ reads its password from the environment"
  env      = { RABBITMQ_DEFAULT_USER = "cloud", RABBITMQ_DEFAULT_PASS = secret.rabbit }
  port "amqp" { container = 5672 }
  port "http" { container = 15672 }
  mount "/var/lib/rabbitmq" { volume = volume.rabbit }
}

service "gitea" {
  image    = image.gitea
  networks = [network.proxy, network.data]
  env = {
    GITEA__database__DB_TYPE      = "postgres"
    GITEA__database__HOST         = "${service.postgres.host}:${service.postgres.port.sql.container}"
    GITEA__database__NAME         = "gitea"
    GITEA__database__USER         = "cloud"
    GITEA__server__SSH_PORT       = 2222
    GITEA__security__INSTALL_LOCK = "true"
  }
  secret_env = { GITEA__database__PASSWD__FILE = secret.postgres }
  port "http" { container = 3000 }
  port "ssh" {
    container = 22
    host      = 2222
  }
  mount "/data" { volume = volume.gitea }
}

service "portainer" {
  image    = image.portainer
  networks = [network.proxy]
  port "http" { container = 9000 }
  mount "/data" { volume = volume.portainer }
  mount "/var/run/docker.sock" { bind = "/var/run/docker.sock" }
}

service "watchtower" {
  image   = image.watchtower
  command = ["--interval", "3600", "--cleanup"]
  env     = { WATCHTOWER_NO_PULL = "true", TZ = "Europe/Vienna" }
  mount "/var/run/docker.sock" { bind = "/var/run/docker.sock" }
}

service "kuma" {
  image    = image.kuma
  networks = [network.proxy]
  port "http" { container = 3001 }
  mount "/app/data" { volume = volume.kuma }
}

service "meili" {
  image    = image.meili
  networks = [network.data]
  env      = { MEILI_NO_ANALYTICS = "true", MEILI_ENV = "development" }
  port "http" { container = 7700 }
  mount "/meili_data" { volume = volume.meili }
}

service "node_exporter" {
  image    = image.node_exporter
  networks = [network.monitoring]
  command  = ["--path.rootfs=/host"]
  pid      = "host"
  harden { reason = "it measures the host" }
  port "metrics" { container = 9100 }
  mount "/host" {
    bind        = "/"
    read_only   = true
    propagation = "rslave"
  }
  scrape "metrics" {}
}

service "cadvisor" {
  image    = image.cadvisor
  networks = [network.monitoring]
  port "http" { container = 8080 }
  mount "/rootfs" {
    bind      = "/"
    read_only = true
  }
  mount "/var/run" {
    bind      = "/var/run"
    read_only = true
  }
  scrape "http" {}
}

service "loki" {
  image    = image.loki
  networks = [network.monitoring]
  command  = ["-config.file=/etc/loki/local-config.yaml"]
  port "http" { container = 3100 }
  mount "/loki" { volume = volume.loki }
}

service "promtail" {
  image    = image.promtail
  networks = [network.monitoring]
  command  = ["-config.file=/etc/promtail/config.yml", "-client.url=http://${service.loki.host}:${service.loki.port.http.container}/loki/api/v1/push"]
  mount "/var/log" {
    bind      = "/var/log"
    read_only = true
  }
  mount "/run/docker.sock" { bind = "/run/docker.sock" }
}

service "prometheus" {
  image    = image.prometheus
  networks = [network.monitoring]
  port "http" { container = 9090 }
  mount "/prometheus" { volume = volume.prometheus }
}

service "alertmanager" {
  image    = image.alertmanager
  networks = [network.monitoring]
  port "http" { container = 9093 }
}

service "grafana" {
  image      = image.grafana
  networks   = [network.monitoring, network.proxy]
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.grafana }
  env        = { GF_USERS_ALLOW_SIGN_UP = "false", GF_SERVER_ROOT_URL = "https://grafana.example.org", GF_AUTH_DISABLE_LOGIN_FORM = "false" }
  port "http" { container = 3000 }
  mount "/var/lib/grafana" { volume = volume.grafana }
}

prometheus { service = service.prometheus }
grafana { service = service.grafana }
