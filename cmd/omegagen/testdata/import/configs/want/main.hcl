system "configs" {
  compose = {
    configs = {
      cfg  = { file = "./haproxy.cfg" }
      motd = { content = "hello ${var.who}\n" }
    }
  }

  defaults {
    bind = "0.0.0.0"
  }
}

variable "who" {
  type    = string
  default = "world"
}

image "haproxy" {
  pull = "haproxy:3.0"
}

service "proxy" {
  image = image.haproxy
  configs = [{
    mode   = "0444"
    source = "cfg"
    target = "/usr/local/etc/haproxy/haproxy.cfg"
  }, { source = "motd" }]

  compose = {
    ports = [{
      app_protocol = "http"
      mode         = "ingress"
      name         = "web"
      protocol     = "tcp"
      published    = "80"
      target       = 8080
    }]
  }
}
