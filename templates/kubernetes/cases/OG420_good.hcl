system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

service "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" {
  image = image.cache
}
