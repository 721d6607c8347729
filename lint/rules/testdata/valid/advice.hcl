# No advice.

system "advice" {
  defaults { restart = "unless-stopped" }
}

secret "s" {}

volume "data" {}

image "known" { pull = "postgres:17.2" }
image "mirror" {
  pull = "registry.example.org/db:1"
  runtime { like = "postgres:17" }
}
image "stated" {
  pull = "example.org/app:1"
  runtime { user = "1000:1000" }
}
image "unknown" { pull = "example.org/other:1" }
image "redis" { pull = "redis:7.4" }
image "debian" { pull = "debian:13" }

service "known" {
  image      = image.known
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { volume = volume.data }
}
service "mirror" {
  image      = image.mirror
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { bind = "data" }
}
service "stated" { image = image.stated }
service "hardened" {
  image = image.unknown
  harden { drop_caps = true }
}
service "user" {
  image = image.unknown
  harden { user = "1000:1000" }
}
service "redis" { image = image.redis } # may be a cache
service "once" {
  image   = image.debian
  oneshot = true
  command = ["true"]
}
service "policy" {
  image  = image.redis
  deploy = { restart_policy = { condition = "any" } }
}

image "moved" {
  tag = "own-grafana:1"
  stage "s" {
    from = "grafana/grafana:12.1.0"
    run { command = "mkdir /data" }
    env { values = { GF_PATHS_DATA = "/data" } }
  }
}
service "moved" { image = image.moved }

image "other" { pull = "example.org/one-more:1" }
service "privileges" {
  image = image.other
  harden { no_new_privileges = true }
}
service "files" {
  image = image.other
  harden { read_only = true }
}
