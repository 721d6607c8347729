system "shop" {}

image "app" {
  target = "run"
  stage "run" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}
