system "x" {}

image "i" {
  pull = "debian:12"
}

service "a" {
  image    = image.i
  replicas = 3
  port "http" {
    container = 80
    host      = 8080 + replica.index
  }
}

service "b" {
  image = image.i
  port "http" {
    container = 80
    host      = 8082 # ERROR OG112: replica 3 of service.a
  }
}

service "same" {
  image    = image.i
  replicas = 3
  port "http" {
    container = 80
    host      = 9000 # ERROR OG112: host = 9000 + replica.index # ERROR OG112: service.everywhere
  }
}

service "udp" {
  image = image.i
  port "http" {
    container = 80
    host      = 9000
    protocol  = "udp"
  }
}

service "elsewhere" {
  image = image.i
  port "http" {
    container = 80
    host      = 9000
    bind      = "10.0.0.1"
  }
}

service "everywhere" {
  image = image.i
  port "http" {
    container = 80
    host      = 9000 # ERROR OG112: service.elsewhere
    bind      = "0.0.0.0"
  }
}

service "range" {
  image   = image.i
  compose = { ports = ["127.0.0.1:8000-8090:80"] } # ERROR OG112: service.range publishes 8080/tcp # ERROR OG112: publishes 8082/tcp
}

service "one" {
  image    = image.i
  profiles = ["one"]
  port "http" {
    container = 80
    host      = 7000
  }
}

service "other" {
  image    = image.i
  profiles = ["other"]
  port "http" {
    container = 80
    host      = 7000
  }
}
