system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    run {
      command = "make"
      network = "none"
    }
    user {
      name = "10001"
    }
  }
}
