system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  mount "/data" {
    volume = volume.data
  }
}

volume "data" {}
