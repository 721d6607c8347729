system "s" {}

image "web" {
  context = "app.d"
  stage "only" {
    from = "debian:13.1-slim"
    copy {
      src  = ["Cargo.lock"]
      dest = "/etc/web/"
    }
    user {
      name = "10001:10001"
    }
  }
}

service "web" {
  image   = image.web
  restart = "unless-stopped"
}
