system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    env {
      values = { GREETING = "Hello there" }
    }
    user {
      name = "10001"
    }
  }
}
