system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

volume "data" {}

service "cache" {
  image = image.cache

  mount "/data" {
    volume = volume.data
  }
}

target "kubernetes" {
  claim "data" {
    volume = volume.data
  }
}
