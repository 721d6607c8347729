system "x" {}

image "i" {
  pull = "example/unknown:1"
}

network "n" {
  ipam = { config = [{ subnet = "10.5.0.0/24" }, { subnet = "fd00::/64" }] }
}

network "m" {}

service "a" {
  image    = image.i
  networks = [network.m]
  network "n" {
    aliases      = ["a.example"]
    ipv4_address = "10.5.0.9"
    ipv6_address = "fd00::1"
    gw_priority  = 1
  }
  compose = { networks = { n = { ipv4_address = "10.5.0.7", aliases = ["more"], priority = 5 } } } # ERROR OG151: networks.n.ipv4_address
}

service "b" {
  image    = image.i
  replicas = 2
  network "front" {
    network      = network.n
    ipv4_address = "10.5.0.${9 + replica.index}" # ERROR OG153: 10.5.0.9 is already the address of another container on network.n
  }
}

service "c" {
  image = image.i
  network "n" {
    ipv4_address = "fd00::2" # ERROR OG153: "fd00::2" is not a valid IPv4 address
    ipv6_address = "fd01::2" # ERROR OG153: a subnet that contains it
  }
  network "again" { # ERROR OG153: joins network.n twice
    network = network.n
  }
  network "nowhere" {} # ERROR OG021: network "nowhere"
}
