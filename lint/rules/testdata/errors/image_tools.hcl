# Programs that pulled images don't contain.

system "tools" {}

secret "s" {}

volume "data" {}

image "postgres" { pull = "docker.io/library/postgres:17.2" }
image "mirror" {
  pull = "registry.example.org/mirror/redis:7"
  runtime { like = "redis:7.4" }
}
image "loki" { pull = "grafana/loki:3.6.0" }
image "otel" { pull = "otel/opentelemetry-collector-contrib:0.116.0" }
image "alpine" { pull = "nginx:1.27-alpine" }
image "stated" {
  pull = "example.org/app:1"
  runtime {
    user  = "1000"
    shell = "sh"
    tools = ["wget"]
  }
}
image "derived" {
  tag = "own-mongo:1"
  stage "s" {
    from = "mongo:8.0"
    env { values = { A = "b" } }
  }
}
image "node" { pull = "node:22-alpine" }

service "postgres" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { volume = volume.data }
  healthcheck { # WARNING OG830: The healthcheck of service.postgres runs curl inside the container, but image.postgres doesn't contain it, so the service never becomes healthy. Remove the block; the default healthcheck uses what the image contains: pg_isready
    command = ["curl", "-f", "http://localhost:5432"]
  }
}
service "mirror" {
  image = image.mirror
  healthcheck { # WARNING OG830: runs nc inside the container, but image.mirror doesn't contain it
    shell = "echo ping | nc localhost 6379 | grep PONG || exit 1"
  }
}
service "loki" {
  image = image.loki
  port "http" { container = 3100 }
  healthcheck { # WARNING OG830: runs a shell inside the container
    http {
      port = "http"
      path = "/ready"
    }
  }
}
service "otel" {
  image = image.otel
  healthcheck { # WARNING OG830: runs a shell inside the container, but image.otel doesn't contain it, so the service never becomes healthy. Use a program that the image contains, or check from outside with a criterion.
    command = ["/bin/sh", "-c", "true"]
  }
}
service "alpine" {
  image = image.alpine
  healthcheck { # WARNING OG830: runs bash inside the container
    command = ["bash", "-c", "</dev/tcp/127.0.0.1/80"]
  }
}
service "stated" {
  image = image.stated
  healthcheck { # WARNING OG830: runs curl inside the container, but image.stated doesn't contain it
    shell = "test \"$(curl -s http://localhost/)\" = ok"
  }
}
service "derived" {
  image = image.derived
  healthcheck { # WARNING OG830: runs wget inside the container, but image.derived doesn't contain it, so the service never becomes healthy. Install the package in the image's last stage
    command = ["sh", "-c", "wget -q localhost:27017 && echo ok"]
  }
}
service "node" {
  image   = image.node
  command = ["node", "server.js"]
  healthcheck { # WARNING OG830: runs curl inside
    shell = "curl -f http://localhost:8080/ || exit 1"
  }
}

image "shell" {
  pull = "example.org/tiny:1"
  runtime {
    user  = "1000"
    shell = ""
  }
}
service "shell" {
  image = image.shell
  healthcheck { shell = "/app health" } # WARNING OG830: runs a shell inside the container, but image.shell doesn't contain it
}
service "path" {
  image = image.node
  healthcheck { command = ["/bin/sh", "-ec", "echo x && wget -q localhost; curl localhost"] }
}

action "inner" {
  effects  = { inner = true }
  validate = "docker exec ${service.node.instances[0].container_name} sh -c 'curl -f http://localhost:8080/'" # WARNING OG830: `curl` runs inside service.node
}
state "inner" { type = bool }

action "ask" {
  effects  = { asked = true }
  validate = "docker exec ${service.node.instances[0].container_name} curl -f http://localhost:8080/" # WARNING OG830: `curl` runs inside service.node, but image.node doesn't contain it.
}
state "asked" { type = bool }
goal "asked" { condition = state.asked && state.inner }
