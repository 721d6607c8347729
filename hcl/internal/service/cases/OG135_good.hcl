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
    signal = "SIGHUP"
    files  = ["app/app.conf"]
  }
}
