system "shop" {}

image "web" {
  stage "run" {
    from = "debian:13.1-slim"
    packages { apt = ["python3-pip"] }
    packages { pip = ["flask==3.1.0"] }
    user { name = "10001" }
  }
}

service "web" {
  image = image.web
}
