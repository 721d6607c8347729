system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    copy {
      src  = [".env"]
      dest = "/app/"
    }
    user {
      name = "10001"
    }
  }
}
