system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
  runtime {
    user = "1000"
  }
}

service "app" {
  image   = image.app
  restart = "always"
}
