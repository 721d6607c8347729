system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app

  mount "/etc/app" {
    bind = "app"
  }

  reload {
    signal  = "SIGHUP"
    command = ["app", "reload"]
    files   = ["app/app.conf"]
  }
}
