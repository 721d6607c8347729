system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    copy {
      src  = ["app", "data"]
      dest = "/srv"
    }
    user {
      name = "10001"
    }
  }
}
