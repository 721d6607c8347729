system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    copy {
      src  = ["src"]
      dest = "/src"
    }
    user {
      name = "10001"
    }
  }
}
