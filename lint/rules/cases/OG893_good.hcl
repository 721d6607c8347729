system "shop" {}

image "web" {
  stage "run" {
    from = "python:3.13-slim"
    packages { pip = ["flask==3.1.0"] }
    user { name = "10001" }
  }
}

service "web" {
  image = image.web
}
