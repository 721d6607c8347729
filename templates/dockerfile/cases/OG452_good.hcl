system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}
