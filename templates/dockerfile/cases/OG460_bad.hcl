system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
  }
}
