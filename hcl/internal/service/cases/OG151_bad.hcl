system "shop" {}

image "app" {
  pull = "example/app:1"
}

volume "data" {}

service "web" {
  image = image.app
  mount "/data" {
    volume = volume.data
  }
  compose = { volumes = ["./elsewhere:/data"] }
}
