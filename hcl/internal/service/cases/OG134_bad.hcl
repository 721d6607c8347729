system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image    = image.app
  replicas = 3

  rollout {
    max_unavailable = 0
  }
}
