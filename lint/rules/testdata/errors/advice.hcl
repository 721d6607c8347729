# Advice.

system "advice" {}

secret "s" {}

image "unknown" {
  pull = "example.org/app:1" # ADVICE OG842: example.org/app:1 is not a known image, so service.again runs with Compose's defaults. State its requirements in the image
}
image "inferred" { pull = "traefik:v3.3" } # ADVICE OG842: It is not known which capabilities traefik:v3.3 needs, so service.inferred runs with Compose's defaults.
image "version" { pull = "postgres:9.6" } # ADVICE OG842: postgres:9.6 is not a known version, so service.version runs with Compose's defaults. If it behaves like a known version, write runtime { like = "postgres:VERSION" }
image "digest" { pull = "grafana/grafana@sha256:0000000000000000000000000000000000000000000000000000000000000000" } # ADVICE OG842: A digest alone doesn't show the version of grafana, so service.digest runs with Compose's defaults. Write the tag before the digest: grafana/grafana:TAG@sha256:0000
image "dropped" { pull = "nextcloud:30" }
image "postgres" { pull = "postgres:17.2" }
image "sonarqube" { pull = "sonarqube:10.7.0" }

service "unknown" { # ADVICE OG843: service.unknown has no restart policy
  image = image.unknown
  harden { read_only = true }
}
service "again" { # ADVICE OG843: service.again has no restart policy, so Docker doesn't restart it when it exits or after a reboot. Write system { defaults { restart = "unless-stopped" } }, or restart = "no" here if it must stay stopped.
  image    = image.unknown
  replicas = 2
}
service "inferred" {
  image   = image.inferred
  restart = "unless-stopped"
}
service "version" {
  image   = image.version
  restart = "no"
}
service "digest" {
  image   = image.digest
  restart = "always"
}
service "dropped" { # ADVICE OG847: nextcloud:30 stores its data in /var/www/html, but service.dropped mounts nothing there
  image   = image.dropped
  restart = "always"
  harden {
    drop_caps = true # ADVICE OG855: nextcloud:30 starts as root, and its entrypoint probably requires
  }
}
service "postgres" { # ADVICE OG847: postgres:17.2 stores its data in /var/lib/postgresql/data, but service.postgres mounts nothing there: the data is lost when the container is replaced or removed. Write mount "/var/lib/postgresql/data" { volume = volume.NAME }, unless the data is disposable.
  image      = image.postgres
  restart    = "always"
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
}
