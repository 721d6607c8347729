system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app

  port "http" {
    container = 80
  }

  rollout {
    order = "start_first"
  }
}
