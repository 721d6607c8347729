system "shop" {}

image "app" {
  additional_contexts = { docs = "../docs" }
  stage "run" {
    from = "debian:12"
    run {
      command = "make"
      mounts  = ["type=bind,from=dosc,target=/docs"]
    }
    user {
      name = "10001"
    }
  }
}
