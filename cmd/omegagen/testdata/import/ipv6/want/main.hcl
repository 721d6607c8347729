system "ipv6" {}

network "six" {
  ipam = {
    config = [{ subnet = "fd00:beef::/64" }, { subnet = "172.31.9.0/24" }]
  }
  enable_ipv6 = true
}

image "httpd" {
  pull = "httpd:2.4"
}

service "web" {
  image = image.httpd

  network "six" {
    ipv4_address = "172.31.9.10"
    ipv6_address = "fd00:beef::10"
  }

  port "http" {
    container = 80
    host      = 8081
    bind      = "::1"
  }
  port "port_80" {
    container = 80
    host      = 8081
    bind      = "127.0.0.1"
  }
}
