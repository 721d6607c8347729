system "shop" {}

image "web" {
  stage "run" {
    from = "debian:13.1-slim"
    copy {
      src   = ["web"]
      dest  = "/usr/local/bin/web"
      chown = "shop:shop"
    }
    user { name = "10001" }
  }
}

service "web" {
  image = image.web
}
