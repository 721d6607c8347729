# Settings of known servers: files, flags, paths, ports, accounts, init.

system "server" {}

secret "s" {}

volume "tsdb" {}
volume "alerts" {}

image "prometheus" { pull = "quay.io/prometheus/prometheus:v3.5.0" }
image "prometheus2" { pull = "prom/prometheus:v2.53.3" }
image "alertmanager" { pull = "prom/alertmanager:v0.28.1" }
image "blackbox" { pull = "prom/blackbox-exporter:v0.26.0" }
image "node" { pull = "prom/node-exporter:v1.9.1" }
image "loki" { pull = "grafana/loki:3.5.0" }
image "haproxy" { pull = "haproxy:3.1" }
image "nginx" { pull = "nginx:1.27" }
image "traefik" { pull = "traefik:v3.3" }
image "redis" { pull = "redis:7.4" }
image "postgres" { pull = "postgres:17.2" }
image "mysql" { pull = "mysql:8.4" }
image "mongo" { pull = "mongo:8.0" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "rabbitmq" { pull = "rabbitmq:4.1-management" }
image "wireguard" { pull = "lscr.io/linuxserver/wireguard:1.0.20210914" }
image "sonarr" { pull = "lscr.io/linuxserver/sonarr:4.0.0" }
image "tempo" { pull = "grafana/tempo:2.7.0" }
image "elasticsearch" { pull = "elasticsearch:8.17.0" }

# The block mounts its configuration at /etc/prometheus.
service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheuus.yml", "--storage.tsdb.pth=/promtheus"] # WARNING OG856: is told to read /etc/prometheus/prometheuus.yml, but quay.io/prometheus/prometheus:v3.5.0 has no such file, and nothing is mounted there: the server exits. Did you mean /etc/prometheus/prometheus.yml? # WARNING OG857: doesn't support --storage.tsdb.pth and exits. Did you mean --storage.tsdb.path? # WARNING OG858: --storage.tsdb.pth names /promtheus, where nothing is mounted. Did you mean /prometheus?
  port "http" { container = 9090 }
  mount "/prometheus" { volume = volume.tsdb }
  healthcheck {
    http {
      port = "http"
      path = "/-/helthy" # WARNING OG859: The healthcheck of service.prometheus queries quay.io/prometheus/prometheus:v3.5.0 for the path /-/helthy, which returns 404. Did you mean /-/healthy?
    }
  }
}
prometheus {
  service = service.prometheus
}
service "prometheus2" {
  image   = image.prometheus2
  command = ["--web.enable-lifecycle"] # WARNING OG856: The command of service.prometheus2 replaces the command of prom/prometheus:v2.53.3, including --config.file=/etc/prometheus/prometheus.yml
  mount "/prometheus" { volume = volume.tsdb }
  healthcheck { # WARNING OG859: queries prom/prometheus:v2.53.3 for the path /-/raedy
    command = ["wget", "-q", "--spider", "http://localhost:9090/-/raedy"]
  }
}
service "forgotten" {
  image   = image.prometheus2
  command = ["--storage.tsdb.path=/prometheus"] # WARNING OG856: Add "--config.file=/etc/prometheus/prometheus.yml".
  mount "/prometheus" { volume = volume.tsdb }
  mount "/etc/prometheus/prometheus.yml" { bind = "prometheus.yml" }
}
service "addressed" {
  image = image.prometheus
  healthcheck { shell = "wget -q -O - 'http://127.0.0.1:9090/-/helthy' || exit 1" } # WARNING OG859: queries quay.io/prometheus/prometheus:v3.5.0 for the path /-/helthy
  mount "/prometheus" { volume = volume.tsdb }
}
service "removed" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "-storage.tsdb.path=/prometheus/x"] # WARNING OG857: doesn't support -storage.tsdb.path: its flags begin with --. Write --storage.tsdb.path.
  mount "/prometheus" { volume = volume.tsdb }
}
service "alertmanager" {
  image   = image.alertmanager
  command = ["--config.file", "/etc/alertmanager/config.yml", "--storage.path", "/alertmanger/data"] # WARNING OG856: Did you mean /etc/alertmanager/alertmanager.yml? # WARNING OG858: --storage.path names /alertmanger/data, where nothing is mounted. Did you mean /alertmanager/data?
  mount "/etc/alertmanager/alertmanager.yml" { bind = "alertmanager.yml" }
  mount "/alertmanager" { volume = volume.alerts }
}
service "blackbox" {
  image   = image.blackbox
  command = ["--confg.file=/etc/blackbox_exporter/config.yml"] # WARNING OG857: Did you mean --config.file?
}
service "node" {
  image = image.node
  port "metrics" { container = 9100 }
  scrape "node" { # WARNING OG859: The scrape of service.node.scrape.node queries prom/node-exporter:v1.9.1 for the path /metrcs
    port    = "metrics"
    path    = "/metrcs"
    exports = { node_load1 = "gauge" }
  }
}
service "loki" {
  image   = image.loki
  command = ["-config.file=/etc/loki/loki.yaml"] # WARNING OG856: is told to read /etc/loki/loki.yaml
  port "http" {
    container = 3100
    host      = 3100
  }
}
service "haproxy" {
  image   = image.haproxy
  command = ["haproxy", "-f", "/etc/haproxy/haproxy.cfg"] # WARNING OG856: Did you mean /usr/local/etc/haproxy/haproxy.cfg?
  mount "/usr/local/etc/haproxy/haproxy.cfg" { bind = "haproxy.cfg" }
}
service "unconfigured" { # WARNING OG856: haproxy:3.1 has no default configuration, and service.unconfigured provides none: the server exits. Declare the file as an artifact, and mount it at /usr/local/etc/haproxy/haproxy.cfg.
  image = image.haproxy
}
service "tempo" { # WARNING OG856: and write -config.file in its command
  image = image.tempo
}
service "nginx" {
  image   = image.nginx
  command = ["nginx", "-c", "/etc/nginx/ngnix.conf", "-g", "daemon off;"] # WARNING OG856: Did you mean /etc/nginx/nginx.conf?
}
service "traefik" {
  image   = image.traefik
  command = ["--configfile=/traefik.yml"] # WARNING OG856: is told to read /traefik.yml
}
service "redis" {
  image   = image.redis
  command = ["redis-server", "/usr/local/etc/redis/redis.conf"] # WARNING OG856: Did you mean /etc/redis/redis.conf?
  mount "/etc/redis/redis.conf" { bind = "redis.conf" }
}
service "postgres" {
  image      = image.postgres
  command    = ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"] # WARNING OG856: is told to read /etc/postgresql/postgresql.conf
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
}
service "mongo" {
  image   = image.mongo
  command = ["mongod", "--config", "/etc/mongod.conf"] # WARNING OG856: is told to read /etc/mongod.conf
}

# Ports.
service "mysql" {
  image      = image.mysql
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
  replicas   = 2
  port "sql" { # WARNING OG848: mysql:8.4 listens on 3306 and 33060, but port "sql" of service.mysql forwards to container port 3307, where nothing answers. Write container = 3306, or configure the server to listen on 3307.
    container = 3307
  }
}
service "web" {
  image = image.nginx
  port "http" {
    container = 8080
    host      = 8080 # WARNING OG848: nginx:1.27 listens on 80
  }
  mount "/usr/share/nginx/html" { bind = "html" }
}
service "seeded" {
  image      = image.mysql
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
  port "sql" { container = 3307 } # WARNING OG848: mysql:8.4 listens on 3306 and 33060
  mount "/docker-entrypoint-initdb.d" { bind = "seeds" }
}
service "datagrams" {
  image = image.redis
  port "redis" { # WARNING OG848: redis:7.4 listens on 6379 over TCP only, but port "redis" of service.datagrams is UDP. Write protocol = "tcp".
    container = 6379
    protocol  = "udp"
  }
}

# Accounts, PID 1, capabilities.
service "grafana" {
  image = image.grafana
  port "http" {
    container = 3000
    host      = 3000 # WARNING OG860: Anyone who can reach port "http" of service.grafana can log in as admin with the default password admin. Write secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.NAME }.
  }
}
service "provisioned" {
  image = image.grafana
  port "http" {
    container = 3000
    host      = 3002 # WARNING OG860: can log in as admin
  }
  mount "/etc/grafana/provisioning" { bind = "provisioning" }
}
service "rabbitmq" {
  image = image.rabbitmq
  port "amqp" {
    container = 5672
  }
  port "ui" {
    container = 15672
    host      = 15672 # WARNING OG860: can log in as guest with the default password guest. Write env = { RABBITMQ_DEFAULT_PASS = secret.NAME } with exposed = true and a reason.
  }
}
service "open" {
  image = image.grafana
  port "http" {
    container = 3000
    host      = 3001 # WARNING OG806: anyone can log in as admin with the default password
    bind      = "0.0.0.0"
  }
}
service "wireguard" { # WARNING OG854: lscr.io/linuxserver/wireguard:1.0.20210914 requires NET_ADMIN, which Docker doesn't grant by default: it won't work. Write harden { cap_add = ["NET_ADMIN"], reason = "…" }.
  image = image.wireguard
  port "vpn" { # WARNING OG848: listens on 51820 over UDP only, but port "vpn" of service.wireguard is TCP. Write protocol = "udp".
    container = 51820
  }
}
service "sonarr" {
  image = image.sonarr
  init  = true # WARNING OG853: lscr.io/linuxserver/sonarr:4.0.0 starts s6-overlay (/init), which must be PID 1; with init = true, Docker's init takes PID 1.
}
service "elasticsearch" {
  image = image.elasticsearch
  env   = { "discovery.type" = "single-node" }
  port "http" {
    container = 9200
    host      = 9200
  }
}
criterion "health" {
  http { # WARNING OG859: criterion.health queries elasticsearch:8.17.0 for the path /_cluster/helth
    service = service.elasticsearch
    port    = "http"
    path    = "/_cluster/helth"
  }
}
