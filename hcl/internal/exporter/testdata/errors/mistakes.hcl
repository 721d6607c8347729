system "shop" {
  exporter "postgres" {} # ERROR OG190: The exporter "postgres" watches a service with PostgreSQL, so it belongs in the block of that service.
  exporter "nodes" {}    # ERROR OG190: Did you mean "node"?
  exporter "node" {
    user = "x" # ERROR OG011: An `exporter` block has no argument "user".
  }
}

image "x" {
  pull = "prom/prometheus:v2.53.3"
}

secret "password" {}

variable "watch" {
  type    = bool
  default = true
}

service "prometheus" {
  image = image.x

  exporter "node" {} # ERROR OG190: The exporter "node" watches the host: processors, memory, file systems, disks, clock, so it belongs in the system block.
}

prometheus {
  service = service.prometheus
}

service "many" {
  for_each = { a = 1 }
  image    = image.x

  exporter "postgres" {} # ERROR OG193: service.many has for_each, and an exporter watches one service.
}

service "none" {
  image = image.x

  exporter "postgres" {} # ERROR OG193: No database block has service = service.none
}

service "half" {
  image = image.x

  exporter "postgres" { # ERROR OG193: `user` and `password` belong together
    password = secret.password
  }
}

service "flags" {
  image = image.x

  exporter "postgres" {
    user      = "watcher"
    password  = secret.password
    alerts    = var.watch # ERROR OG192: "alerts" decides which blocks the exporter stands for
    dashboard = "no"      # ERROR OG192: "dashboard" decides which blocks the exporter stands for
  }
}

service "given" {
  image = image.x

  exporter "postgres" {
    user     = "watcher"
    password = secret.passwort # ERROR OG021: passwort
    interval = 5               # ERROR OG028: The argument "interval" must be a duration
    colour   = "red"           # ERROR OG011: colour
  }
}
