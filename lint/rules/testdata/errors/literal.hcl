# Texts that look like variables of Compose, where nothing replaces them.

system "x" {}

parameter "zone" {
  type    = string
  default = "UTC"
}

image "i" {
  pull = "example/i:1"
}

volume "v" {
  driver_opts = { device = "$${DISK}" } # WARNING OG871: ${DISK} stays as it is
}

service "a" {
  image    = image.i
  env      = { TZ = "$${ZONE:-UTC}", FINE = "$ZONE", PRICE = "$$5" } # WARNING OG871: write ${parameter.zone}
  labels   = { host = "a.$${DOMAIN}" } # WARNING OG871: declare parameter "domain"
  hostname = "$${HOST}" # WARNING OG871: in hostname
  command  = "serve $${PORT}" # WARNING OG871: in a command without a shell
  mount "/media" {
    volume  = volume.v
    subpath = "a"
  }
  mount "/b/$${MEDIA}" { # WARNING OG871: in a mount
    volume = volume.v
  }
  compose = { annotations = { a = "$${B}" } } # WARNING OG871: in annotations
}

service "shell" {
  image      = image.i
  env        = { ZONE = parameter.zone }
  entrypoint = ["/bin/sh", "-c"]
  command    = ["echo $${ZONE}"]
  healthcheck {
    shell = "test -n \"$${ZONE}\""
  }
}
