system "shop" {}

image "app" {
  target = "rum"
  stage "run" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}
