system "x" {
  compose = {
    services = {
      vpn  = { volumes_from = ["wbe"] } # ERROR OG133: `volumes_from` names the service "wbe", which docker-compose.yml doesn't have. Did you mean "web"?
      late = { image = "debian:12", depends_on = ["nobody"] }
    }
  }
}

image "i" {
  pull = "debian:12"
}

service "vpn" {
  image = image.i
}

service "db" {
  image    = image.i
  replicas = 2
}

service "many" {
  image    = image.i
  replicas = 4
}

service "net" {
  image        = image.i
  network_mode = "service:vpm" # ERROR OG133: `network_mode` names the service "vpm", which docker-compose.yml doesn't have. Did you mean "vpn"?
}

service "plain" {
  image = image.i
  ipc   = "service:db" # ERROR OG133: service.db has replicas, so docker-compose.yml has "db-1", "db-2" instead of "db"
  pid   = "service:many" # ERROR OG133: service.many has replicas, so docker-compose.yml has "many-1", "many-2", "many-3", … instead of "many"
  uts   = "host"
  links = ["web:alias", "db-3:x"] # ERROR OG133: `links` names the service "db-3", which docker-compose.yml doesn't have
  volumes_from = [
    "container:elsewhere",
    "db:ro", # ERROR OG133: instead of "db"
    "late",
  ]
  compose = {
    depends_on = {
      webb   = { condition = "service_started" } # ERROR OG133: `depends_on` names the service "webb", which docker-compose.yml doesn't have. Did you mean "web"?
      vpn    = { condition = "service_healthy" } # ERROR OG122: it has no healthcheck
      "db-1" = { condition = "service_completed_successfully" } # ERROR OG122: it isn't a one-shot
    }
  }
  harden {
    reason = "joins namespaces"
  }
}

service "web" {
  image      = image.i
  depends_on = { vpn = "started", sick = "healthy" }
  compose = {
    depends_on = ["vpn", "sick"] # ERROR OG129: Here service.web waits until sick is started, but its depends_on until it is healthy, at main.hcl:58,42-51.
  }
}

service "sick" {
  image = image.i
  healthcheck {
    command = ["true"]
  }
}

service "self" {
  image = image.i
  pid   = "service:self" # ERROR OG123: service.self depends on itself. Remove the dependency.
}

service "named" {
  image        = image.i
  network_mode = "container:x-named" # ERROR OG123: service.named depends on itself. Remove the dependency.
}

service "a" {
  image        = image.i
  volumes_from = ["b"]
}

service "b" {
  image = image.i
  links = ["c"]
}

service "c" {
  image        = image.i
  network_mode = "container:x-a" # ERROR OG123: These services depend on each other: service.a needs service.b (main.hcl:83,19-22), service.b needs service.c (main.hcl:88,12-15), service.c needs service.a (main.hcl:93,18-33).
}

service "ring" {
  image        = image.i
  replicas     = 3
  network_mode = "service:ring-${(replica.index + 1) % 3 + 1}" # ERROR OG123: Replicas of service.ring depend on each other: ring-3 and ring-1 form a cycle. Remove one of the dependencies.
}

service "mirror" {
  image    = image.i
  replicas = 2
  ipc      = "service:mirror-${replica.number}" # ERROR OG123: service.mirror depends on itself. Remove the dependency.
}

service "extended" {
  image   = image.i
  extends = { service = "plan" } # ERROR OG133: `extends` names the service "plan", which docker-compose.yml doesn't have. Did you mean "plain"?
}

service "extension" {
  image   = image.i
  compose = { extends = "plain" }
}
