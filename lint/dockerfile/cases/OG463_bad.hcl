system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    run {
      command = "make"
      mounts  = ["type=bind,from=example/Docs:1,target=/docs"]
    }
    user {
      name = "10001"
    }
  }
}
