system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    run {
      command = "make\nmake install"
    }
    user {
      name = "10001"
    }
  }
}
