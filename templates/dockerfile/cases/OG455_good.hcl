system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    copy {
      src  = ["app.conf"]
      dest = "/app/"
    }
    user {
      name = "10001"
    }
  }
}
