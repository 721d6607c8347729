system "shop" {}

image "app" {
  pull = "lscr.io/linuxserver/wireguard:1.0.20210914"
}

service "app" {
  image = image.app
  harden {
    cap_add = ["NET_ADMIN"]
    reason  = "the tunnel is a network device"
  }
}
