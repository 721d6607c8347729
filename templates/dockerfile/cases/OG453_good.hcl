system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    packages {
      apt = ["curl"]
    }
    user {
      name = "10001"
    }
  }
}
