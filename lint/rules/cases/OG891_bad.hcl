system "shop" {}

image "web" {
  stage "run" {
    from = "debian:13.1-slim"
    user { name = "10001" }
    packages { apt = ["curl"] }
  }
}

service "web" {
  image = image.web
}
