system "shop" {}

volume "data" {}

image "app" {
  pull = "nextcloud:30"
}

service "app" {
  image   = image.app
  restart = "always"
  mount "/var/www/html" {
    volume = volume.data
  }
  harden {
    drop_caps = true
    cap_add   = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]
    reason    = "its entrypoint prepares the folder and changes its user"
  }
}
