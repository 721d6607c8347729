system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

service "cache" {
  image = image.cache
}

target "kubernetes" {
  pod_security        = "baseline"
  pod_security_reason = "The cache binds a low port."
}
