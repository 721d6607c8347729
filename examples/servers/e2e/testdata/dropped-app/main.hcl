# A hardening that is stated holds, also one that the image can't live with:
# nothing is known of this one, so all capabilities are dropped, and its entrypoint
# can't give its folder away.

system "dropped-app" {}

image "app" {
  pull = "example/unknown:1"
}

service "server" {
  image   = image.app
  restart = "unless-stopped"

  harden {
    drop_caps = true
  }
}
