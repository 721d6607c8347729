# Every attribute of the system, networks, volumes and secrets.
system "My-System" {
  version     = "1.2"
  description = "words"
  source      = "https://example.org/x"
  releases    = 5
  compose     = { "x-a" = { b = [1, true, null, "c"] } }
  defaults {
    restart = "always"
    bind    = "0.0.0.0"
  }
}
network "plain" {}
network "n" {
  name        = "real"
  driver      = "bridge"
  driver_opts = { a = "1" }
  ipam        = { driver = "default" }
  internal    = true
  attachable  = true
  labels      = { b = "2" }
}
network "outside" {
  name     = "theirs"
  external = true
}
volume "plain" {}
volume "v" {
  name        = "data"
  driver      = "local"
  driver_opts = { type = "nfs", o = "addr=${parameter.region}" }
  labels      = { c = "3" }
}
volume "outside" {
  external = true
}
parameter "bare" {}
parameter "work-ers" {
  type        = number
  default     = 4
  description = "how many"
  min         = 1
  max         = 9.5
}
parameter "region" {
  default = "eu"
  one_of  = ["eu", "us"]
  matches = "[a-z]+"
}
parameter "token" {
  type      = bool
  sensitive = true
}
secret "plain" {}
secret "long-one" {
  length   = 64
  cost     = 2
  duration = "3s"
}
secret "each" {
  for_each = toset(["b", "a"])
}
secret "filed" {
  from        = "file"
  file        = "../keys/tls.pem"
  description = "the key of the certificate"
}
secret "named" {
  from = "env"
}
secret "renamed" {
  from = "env"
  env  = "CI_TOKEN"
}
secret "asked" {
  from = "prompt"
}
secret "printed" {
  from    = "command"
  command = ["pass", "show", "shop/key"]
}
secret "piped" {
  from    = "command"
  command = "pass show shop/key | head -n 1"
}
