# Mounts that cover the data, and data that may be anywhere.

system "data" {
  defaults { restart = "unless-stopped" }
}

secret "s" {}

volume "a" {}
volume "b" {}
volume "c" {}
volume "d" {}
volume "e" {}
volume "f" {}
volume "g" {}
volume "h" {}
volume "i" {}
volume "j" {}
volume "k" {}
volume "l" {}
volume "m" {}
volume "n" {}
volume "o" {}
volume "p" {}
volume "old" { external = true }

image "new" { pull = "postgres:18" }
image "old" { pull = "postgres:17.2" }
image "mongo" { pull = "mongo:8.0" }
image "gitea" { pull = "gitea/gitea:1.22.0" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "mysql" { pull = "mysql:8.4" }
image "prometheus" { pull = "prom/prometheus:v3.5.0" }
image "rabbitmq" { pull = "rabbitmq:4.1" }
image "caddy" { pull = "caddy:2.10" }

service "new" {
  image      = image.new
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql" { volume = volume.a }
}
service "own_folder" {
  image      = image.new
  env        = { PGDATA = "/var/lib/postgresql/data" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { volume = volume.b }
}
service "one_version" {
  image      = image.new
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/18/docker" { volume = volume.c }
}
service "old" {
  image      = image.old
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { bind = "data" }
}
service "above" {
  image      = image.old
  env        = { PGDATA = "/var/lib/postgresql/own" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql" { volume = volume.d }
}
service "inside" {
  image      = image.old
  env        = { PGDATA = "/var/lib/postgresql/data/pgdata" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { volume = volume.e }
}
service "relative" {
  image      = image.old
  env        = { PGDATA = "data" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql" { volume = volume.n }
}
service "flag" {
  image      = image.old
  command    = ["-D", "/data"]
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/data" { volume = volume.f }
}
service "compose" {
  image      = image.old
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  compose    = { volumes = ["./data:/var/lib/postgresql/data"] }
}
service "client" {
  image   = image.old
  command = ["psql"]
}
service "mongo" {
  image   = image.mongo
  command = ["--dbpath", "/data/own"]
  mount "/data/own" { volume = volume.g }
}
service "gitea" {
  image = image.gitea
  mount "/data" { volume = volume.h }
}
service "memory" {
  image      = image.mysql
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
  mount "/var/lib/mysql" { tmpfs = true }
}
service "config" {
  image      = image.mysql
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
  mount "/etc/mysql/conf.d" { bind = "conf" }
}
service "prometheus" {
  image   = image.prometheus
  command = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tsdb"]
  mount "/tsdb" { volume = volume.i }
}

# Users that can write.
service "group" {
  image = image.grafana
  mount "/var/lib/grafana" { volume = volume.j }
  harden { user = "1000" } # with group 0, which owns the image's directory
}
service "itself" {
  image = image.grafana
  mount "/var/lib/grafana" { volume = volume.j }
  harden { user = "472:0" }
}
service "folder" {
  image = image.grafana
  mount "/var/lib/grafana" { bind = "grafana" }
  harden { user = "1000:1000" }
}
service "kept" {
  image = image.grafana
  mount "/var/lib/grafana" { volume = volume.old }
  harden { user = "1000:1000" }
}
service "prepare" {
  image   = image.caddy
  oneshot = true
  command = ["chown", "-R", "1000:1000", "/data"]
  mount "/data" { volume = volume.l }
}
service "prepared" {
  image = image.grafana
  mount "/var/lib/grafana" { volume = volume.l }
  harden { user = "1000:1000" }
}
service "added" {
  image     = image.grafana
  group_add = ["0"]
  mount "/var/lib/grafana" { volume = volume.m }
  harden { user = "1000:1000" }
}
service "read" {
  image = image.grafana
  mount "/var/lib/grafana" {
    volume    = volume.o
    read_only = true
  }
  harden { user = "1000:1000" }
}
service "beside" {
  image = image.grafana
  mount "/backup" { volume = volume.p }
  harden { user = "1000:1000" }
}
service "open" {
  image = image.rabbitmq
  env   = { RABBITMQ_DEFAULT_USER = "app" }
  mount "/var/lib/rabbitmq" { volume = volume.k }
  harden { user = "1000:1000" }
}
