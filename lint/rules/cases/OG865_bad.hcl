system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "agent" {
  image = image.app
  mount "/var/run/docker.sock" {
    bind = "/var/run/docker.sock"
  }
}
