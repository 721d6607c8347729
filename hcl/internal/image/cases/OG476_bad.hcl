system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
  healthcheck {
    shell = "test -e /ready"
  }
}

service "web" {
  image = image.app
}
