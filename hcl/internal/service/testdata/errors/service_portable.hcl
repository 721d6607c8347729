# Words that mean the same on each target, where there is no such thing.

system "portable" {}

image "web" { pull = "nginx:1.27.5" }

service "many" {
  image    = image.web
  replicas = 2
  port "http" {
    container = 80
    host      = 8080 + replica.index
  }
  port "inside" { container = 81 }
}

service "one" {
  image = image.web
  port "inside" { container = 81 }
  port "free" {
    container = 82
    host      = 0
  }
  port "range" {
    container = "9000-9001"
    host      = "9000-9001"
  }
  port "dns" {
    container = 53
    host      = 5353
    protocol  = "udp"
  }
  port "http" {
    container = 80
    host      = 8090
  }
}

action "right" {
  run = <<-EOT
    ${service.one.exec} nginx -t
    ${service.many.instances[1].exec} nginx -t
    curl -fsS ${service.one.url.http} ${service.many.instances[0].url.http}
  EOT
}

action "exec_of_many" {
  run = "${service.many.exec} nginx -t" # ERROR OG026: service.many has 2 replicas, so a command needs one of them: write service.many.instances[0].exec
}

action "url_of_many" {
  run = "curl -fsS ${service.many.url.http}" # ERROR OG026: service.many.url.http differs between the replicas of the service. Select one of them, as in service.many.instances[0].url.http
}

action "unpublished" {
  run = "curl -fsS ${service.one.url.inside}" # ERROR OG026: The port service.one.port.inside isn't published
}

action "free" {
  run = "curl -fsS ${service.one.url.free}" # ERROR OG026: The port service.one.port.free is published on any free port
}

action "range" {
  run = "curl -fsS ${service.one.url.range}" # ERROR OG026: The port service.one.port.range is a range of ports
}

action "datagrams" {
  run = "curl -fsS ${service.one.url.dns}" # ERROR OG026: The port service.one.port.dns takes datagrams
}

action "unknown" {
  run = "curl -fsS ${service.one.url.htpp}" # ERROR OG022: service.one.url has no "htpp". Did you mean "http"?
}

action "instance_unpublished" {
  run = "curl -fsS ${service.many.instances[0].url.inside}" # ERROR OG029: This object does not have an attribute named "inside".
}
