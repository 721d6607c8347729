system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "a" {
  image = image.app
  port "http" {
    container = 8080
    host      = 8080
  }
}

service "b" {
  image = image.app
  port "http" {
    container = 8080
    host      = 8081
  }
}
