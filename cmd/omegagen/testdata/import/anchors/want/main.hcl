system "anchored" {}

variable "zone" {
  type    = string
  default = ""
}

image "busybox" {
  pull = "busybox:1.37"
}

image "busybox_2" {
  pull = "busybox@sha256:9ae97d36d26566ff84e8893c64a6dc4fe8ca6d1144bf5b87b2b85a32def253c7"
}

service "one" {
  image = image.busybox
  env = {
    LOG  = "info"
    N    = 1
    ZONE = var.zone
  }

  healthcheck {
    shell    = "pgrep app || exit 1"
    interval = "1m0s"
  }
}

service "three" {
  image   = image.busybox_2
  command = ["sh", "-c", "echo 'a  b' && sleep 1"]
  post_start = [{
    command = ["echo", "hi"]
    user    = "root"
  }]

  healthcheck {
    shell = "NONE"
  }
}

service "two" {
  image = image.busybox
  env = {
    LOG  = "info"
    N    = 2
    ZONE = var.zone
  }
  annotations = { "com.example.a" = "b" }
  cap_add     = ["CHOWN"]
  cap_drop    = ["ALL"]

  healthcheck {
    disable = true
  }
}
