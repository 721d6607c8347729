system "shop" {}

image "app" {
  stage "run" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}

service "web" {
  image = image.app
  healthcheck {
    shell = "test -e /ready"
  }
}
