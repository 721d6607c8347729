system "shop" {}

image "web" {
  stage "run" {
    from = "debian:13.1-slim"
    packages { apt = ["curl"] }
    user { name = "10001" }
  }
}

service "web" {
  image = image.web
}
