system "slips" {}

secret "password" { from = "generated" }

image "postgres" { pull = "postgres:17.5" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "prometheus" { pull = "prom/prometheus:v3.5.0" }

image "own" {
  context = "src"
  stage "builder" {
    from = "rust:1.75-slim-bookworm"
    workdir { path = "/build" }
    copy {
      src  = ["."]
      dest = "."
    }
    run { command = "cargo build --release --bin web && strip target/release/web" }
  }
  stage "tools" {
    from = "alpine:3.22"
    packages { apk = ["npm"] }
    run { command = "npm ci" }
    run { command = "cargo build" } # WARNING OG867: runs `cargo`, but alpine:3.22 doesn't contain it
    run { command = "apk add go && go build" }
  }
  stage "last" {
    from = "debian:13.1-slim"
    copy {
      from = stage.builder
      src  = ["/build/target/relaese/web"] # WARNING OG895: only mention /build/target/release/web
      dest = "/usr/local/bin/"
    }
    copy {
      from = "debian:13.1-slim"
      src  = ["/build/web", "/usr/bin/perl", "/usr/local/bin/web"] # WARNING OG895: no such file # WARNING OG895: no such file
      dest = "/usr/local/bin/"
    }
    copy {
      from = stage.tools
      src  = ["/usr/share/x"]
      dest = "/usr/share/"
    }
  }
}

service "own" { image = image.own }

service "database" {
  image      = image.postgres
  env        = { POSTGRES_DBS = "x", MY_SETTING = "x", POSTGRES_USER = "a" } # WARNING OG866: doesn't read POSTGRES_DBS
  secret_env = { POSTGRES_PASSWROD_FILE = secret.password } # WARNING OG866: Did you mean "POSTGRES_PASSWORD_FILE"?
}

service "grafana" {
  image = image.grafana
  env   = { GF_AUTH_ANONYMOUS_ENABLE = "true", GF_SERVER_ROOT_URL = "http://x", GF_AUTH_GITLAB_ENABLED = "true" } # WARNING OG866: Did you mean "GF_AUTH_ANONYMOUS_ENABLED"?
}

volume "metrics" {}

service "prometheus" {
  image = image.prometheus
  mount "/prometheus" { volume = volume.metrics }
  harden { user = "1234:1234" } # WARNING OG852: runs as user 1234:1234
}
