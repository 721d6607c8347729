system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

service "cache" {
  image = image.cache
}

target "kubernetes" {
  namespace = "shop-1"
}
