# Correct or unknown settings of known servers.

system "server" {}

secret "s" {}

volume "tsdb" {}
volume "conf" {}

image "prometheus" { pull = "prom/prometheus:v3.5.0" }
image "alertmanager" { pull = "prom/alertmanager:v0.28.1" }
image "loki" { pull = "grafana/loki:3.5.0" }
image "haproxy" { pull = "haproxy:3.1" }
image "nginx" { pull = "nginx:1.27" }
image "caddy" { pull = "caddy:2.10" }
image "traefik" { pull = "traefik:v3.3" }
image "redis" { pull = "redis:7.4" }
image "mosquitto" { pull = "eclipse-mosquitto:2.0" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "rabbitmq" { pull = "rabbitmq:4.1-management" }
image "wireguard" { pull = "lscr.io/linuxserver/wireguard:1.0.20210914" }
image "minio" { pull = "minio/minio:RELEASE.2025-04-22T22-12-26Z" }
image "postgres" { pull = "postgres:17.2" }
image "unknown" { pull = "example.org/prometheus:3" }
image "own" {
  tag = "own-prometheus:1"
  stage "s" {
    from = "prom/prometheus:v3.5.0"
    copy {
      src  = ["own.yml"]
      dest = "/etc/prometheus/own.yml"
    }
  }
}

service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus/data", "--no-web.enable-lifecycle", "--web.external-url=http://x/promtheus", "--web.route-prefix=/promtheus", "--web.external-url", "/promtheus"]
  port "http" { container = 9090 }
  mount "/prometheus" { volume = volume.tsdb }
  healthcheck {
    http {
      port = "http"
      path = "/promtheus/-/healthy"
    }
  }
}
prometheus {
  service = service.prometheus
}
service "own" {
  image   = image.own
  command = ["--config.file=/etc/prometheus/own.yml"]
}
service "unknown" {
  image   = image.unknown
  command = ["--config.fil=/etc/prometheus/prometheuus.yml"]
  port "http" { container = 1 }
}
service "folder" {
  image   = image.alertmanager
  command = ["--config.file=/etc/alertmanager/own.yml", "--storage.path=/data"]
  mount "/etc/alertmanager" { bind = "alertmanager" }
  mount "/data" { volume = volume.conf }
}
service "telemetry" {
  image   = image.prometheus
  command = ["/bin/prometheus", "--version"]
}
service "loki" {
  image   = image.loki
  command = ["-config.file=/etc/loki/local-config.yaml", "-target=all"]
}
service "haproxy" {
  image = image.haproxy
  port "http" { container = 8404 }
  mount "/usr/local/etc/haproxy" { bind = "haproxy" }
}
service "nginx" {
  image   = image.nginx
  command = ["nginx", "-c", "/etc/nginx/nginx.conf", "-g", "daemon off;"]
  port "http" { container = 8080 }
  mount "/etc/nginx/conf.d" { bind = "conf.d" }
}
service "template" {
  image = image.nginx
  env   = { NGINX_PORT = "8080" }
  port "http" { container = 8080 }
}
service "caddy" {
  image = image.caddy
  port "http" { container = 8080 }
}
service "traefik" {
  image   = image.traefik
  command = ["--entrypoints.web.address=:8000", "--providers.docker"]
  port "web" { container = 8000 }
  port "dashboard" { container = 8080 }
}
service "redis" {
  image   = image.redis
  command = ["redis-server", "/etc/redis/redis.conf"]
  port "redis" { container = 6380 }
  mount "/etc/redis" { bind = "redis" }
}
service "moved" {
  image   = image.redis
  command = ["--port", "6380"]
  port "redis" { container = 6380 }
}
service "mosquitto" {
  image   = image.mosquitto
  command = ["mosquitto", "-c", "/mosquitto-no-auth.conf"]
}
service "closed" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.s }
  port "http" {
    container = 3000
    host      = 3000
  }
}
service "inside" {
  image = image.grafana
  port "http" { container = 3000 }
}
service "configured" {
  image = image.grafana
  mount "/etc/grafana/grafana.ini" { bind = "grafana.ini" }
  port "http" {
    container = 3001
    host      = 3001
  }
}
service "rabbitmq" {
  image   = image.rabbitmq
  env     = { RABBITMQ_DEFAULT_USER = "app", RABBITMQ_DEFAULT_PASS = secret.s }
  exposed = true
  reason  = "the image can't read it from a file"
  port "ui" {
    container = 15672
    host      = 15672
  }
}
service "vpn" {
  image = image.wireguard
  harden {
    cap_add = ["NET_ADMIN"]
    reason  = "it creates an interface"
  }
  port "vpn" {
    container = 51820
    protocol  = "udp"
  }
  port "web" { container = 8080 } # a port of the service in its network
}
service "behind" {
  image        = image.nginx
  network_mode = "service:vpn"
}
service "cluster" {
  image   = image.redis
  command = ["--cluster-enabled", "yes"]
  port "bus" { container = 16379 }
}
service "own_file" {
  image      = image.postgres
  command    = ["-c", "config_file=/var/lib/postgresql/data/postgresql.conf"]
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
}
service "working_folder" {
  image   = image.prometheus
  command = ["--web.enable-lifecycle"]
  mount "/prometheus/prometheus.yml" { bind = "prometheus.yml" }
}
service "data_folder" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  port "sql" { container = 5433 } # postgresql.conf may set it
  mount "/var/lib/postgresql/data" { bind = "data" }
}
service "elsewhere" {
  image = image.prometheus
  healthcheck { shell = "wget -q http://nginx:9090/-/helthy && wget -q http://127.0.0.1:9090/-/helth$SUFFIX" }
}
service "minio" {
  image   = image.minio
  command = ["server", "/data", "--console-address", ":9001"]
  port "console" { container = 9001 }
}
service "flags" {
  image      = image.postgres
  command    = ["-c", "port=5433"]
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  port "sql" { container = 5433 }
}

# Possibly another program's port.
criterion "health" {
  http {
    service = service.configured
    port    = "http"
    path    = "/api/helth"
  }
}
