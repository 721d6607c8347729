# One cause, one error: what follows from it is not said again.
system "x" {}

image "i" {
  pull = "nginx:1.27"
}

service "c-1" { # ERROR OG114: The name of service.c-1 in the Compose file is "c-1", and so is that of replica 1 of service.c at main.hcl:12,1-12.
  image = image.i
}

service "c" {
  image    = image.i
  replicas = 1
}

service "pair" {
  image    = image.i
  replicas = 2
  env      = { A = nope } # ERROR OG020: nope
}

service "beyond" {
  image    = image.i
  replicas = 1000
  port "p" {
    container = 80
    host      = 65530 + replica.index # ERROR OG111: 65536 is not a valid port. Use a number from 1 to 65535.
  }
}

criterion "both" {
  container {
    service = service.pair
    count   = 2
  }
}

resource "lock" {
  capacity = 2
}

action "a" {
  uses = { lock = 3 } # ERROR OG247: The action uses 3 of "lock", but its capacity is only 2 (main.hcl:39,1-16).
}

action "b" {
  uses = { lock = 1 }
}

parallel "p" {
  actions = [action.a, action.b]
}

criterion "misspelt" {
  htp { # ERROR OG010: Did you mean "http"?
    service = service.c
  }
}

service "unwell" {
  image = image.i
  healthcheck {
    comand = ["x"] # ERROR OG011: Did you mean "command"?
  }
  mount "/a" {
    volum = volume.x # ERROR OG011: Did you mean "volume"?
  }
}

service "waiting" {
  image      = image.i
  depends_on = { unwell = "healthy", unread = "healthy" }
}

service "unread" {
  image = image.i
  heathcheck { # ERROR OG010: Did you mean "healthcheck"?
    command = ["x"]
  }
}
