system "shop" {}

volume "data" {
  for_each = toset(["a", "b"])
}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  mount "/a" {
    volume = volume.data["a"]
  }
  mount "/b" {
    volume = volume.data["b"]
  }
}
