system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    env {
      values = { GREETING = "Hello\nthere" }
    }
    user {
      name = "10001"
    }
  }
}
