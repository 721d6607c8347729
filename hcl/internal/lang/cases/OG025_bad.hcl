system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = volume.data
  mount "/data" {
    volume = volume.data
  }
}

volume "data" {}
