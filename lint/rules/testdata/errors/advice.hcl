# What could be better.

system "advice" {}

secret "s" {}

image "unknown" {
  pull = "example.org/app:1" # ADVICE OG842: Nothing is known of example.org/app:1, so that service.again runs as Compose alone would run it. State what it needs in the image
}
image "inferred" { pull = "traefik:v3.3" } # ADVICE OG842: What traefik:v3.3 needs when its capabilities are dropped isn't known, so that service.inferred runs as Compose alone would run it.
image "version" { pull = "postgres:9.6" } # ADVICE OG842: postgres:9.6 is known in other versions, and not in this one, so that service.version runs as Compose alone would run it. If it behaves as a known version does, write runtime { like = "postgres:VERSION" }
image "digest" { pull = "grafana/grafana@sha256:0000000000000000000000000000000000000000000000000000000000000000" } # ADVICE OG842: A digest alone doesn't tell which version of grafana this is, so that nothing is known of it, and service.digest runs as Compose alone would run it. Write the tag before the digest: grafana/grafana:TAG@sha256:0000
image "dropped" { pull = "nextcloud:30" }
image "postgres" { pull = "postgres:17.2" }
image "sonarqube" { pull = "sonarqube:10.7.0" }

service "unknown" { # ADVICE OG843: service.unknown doesn't say what follows when it ends
  image = image.unknown
  harden { read_only = true }
}
service "again" { # ADVICE OG843: service.again doesn't say what follows when it ends, so that Docker leaves it ended, and doesn't start it after the machine does. Write system { defaults { restart = "unless-stopped" } }, or restart = "no" here if that is meant.
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
service "dropped" { # ADVICE OG847: nextcloud:30 keeps its data in /var/www/html, and service.dropped mounts nothing there
  image   = image.dropped
  restart = "always"
  harden {
    drop_caps = true # ADVICE OG855: nextcloud:30 starts as root, and its entrypoint is thought to need
  }
}
service "postgres" { # ADVICE OG847: postgres:17.2 keeps its data in /var/lib/postgresql/data, and service.postgres mounts nothing there: the data is lost when the container is replaced or taken down. Write mount "/var/lib/postgresql/data" { volume = volume.NAME }, unless it may be lost.
  image      = image.postgres
  restart    = "always"
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
}
