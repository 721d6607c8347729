system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    run {
      command = "make"
      mounts  = ["type=secret,id=token"]
    }
    user {
      name = "10001"
    }
  }
}
