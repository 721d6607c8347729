system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    run {
      command = "set -e\nmake\nmake install"
    }
    user {
      name = "10001"
    }
  }
}
