system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    packages {
      apt = ["curl; true"]
    }
    user {
      name = "10001"
    }
  }
}
