# A port in error is reported once: that a probe doesn't find it follows.
system "s" {}

image "web" {
  pull = "web:1"
}

service "web" {
  image = image.web

  port "http" {
    container = 8080
    host      = 99999 # ERROR OG111: 99999 is not a valid port. Use a number from 1 to 65535.
  }
}

criterion "answers" {
  http {
    service = service.web
    port    = "http"
    path    = "/"
  }
}

criterion "answers_too" {
  tcp {
    service = service.web
  }
}

service "prometheus" {
  image = image.web

  port "http" {
    container = 9090
    host      = 99998 # ERROR OG111: 99998 is not a valid port. Use a number from 1 to 65535.
  }
}

prometheus {
  service = service.prometheus
}

criterion "scrapes" {
  promql {
    expr   = "up"
    equals = 1
  }
}
