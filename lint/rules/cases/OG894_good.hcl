system "shop" {}

image "web" {
  stage "run" {
    from = "debian:13.1-slim"
    copy {
      src  = ["web"]
      dest = "/usr/local/bin/"
    }
    user { name = "10001" }
    entrypoint { command = ["/usr/local/bin/web"] }
  }
}

service "web" {
  image = image.web
}
