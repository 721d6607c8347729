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

service "reader" {
  image = image.cache

  mount "/data" {
    volume    = volume.data
    read_only = true
  }
}
