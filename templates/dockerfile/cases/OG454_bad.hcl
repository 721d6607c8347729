system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    copy {
      src     = ["src"]
      dest    = "/src"
      exclude = ["*.md"]
    }
    user {
      name = "10001"
    }
  }
}
