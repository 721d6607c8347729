system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    workdir {
      path = "srv"
    }
    user {
      name = "10001"
    }
  }
}
