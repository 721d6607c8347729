system "shop" {}

image "app" {
  stage "scratch" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}
