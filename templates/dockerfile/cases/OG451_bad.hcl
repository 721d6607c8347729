system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    copy {
      from = stage.build
      src  = ["/app"]
      dest = "/app"
    }
    user {
      name = "10001"
    }
  }
  stage "build" {
    from = "debian:12"
  }
}
