system "shop" {
  exporter "node" {}
  exporter "cadvisor" {}
  exporter "blackbox" {
    targets = ["https://example.org", "http://web:80"]
  }

}

image "prometheus" {
  pull = "prom/prometheus:v2.53.3"
}

image "postgres" {
  pull = "postgres:17.5"
}

service "prometheus" {
  image = image.prometheus
}

prometheus {
  service = service.prometheus
}

secret "password" {}

service "db" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }

  exporter "postgres" {}
}

database "shop" {
  service = service.db
  name = "postgres"
}
image "grafana" {
  pull = "grafana/grafana:11.6.0"
}
service "grafana" {
  image = image.grafana
}
grafana {
  service = service.grafana
}

image "redis" {
  pull = "redis:7.4"
}
secret "redis" {
  from = "prompt"
}
service "cache" {
  image   = image.redis
  command = ["sh", "-c", "exec redis-server --requirepass \"$(cat /run/secrets/redis)\""]

  exporter "redis" {
    password = secret.redis
  }
}
service "queue" {
  image = image.redis

  exporter "redis" {
    port = 6379
  }
}

image "nginx" {
  pull = "nginx:1.27"
}
service "web" {
  image = image.nginx

  port "http" {
    container = 80
  }

  exporter "nginx" {
    port = service.web.port.http.container
    path = "/status"
  }
}
