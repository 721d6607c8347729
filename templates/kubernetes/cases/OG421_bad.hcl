system "shop" {}

image "base" {
  pull = "alpine:3.21.3"
}

image "web" {
  tag = "web:1.0.0"

  stage "web" {
    from = image.base

    user {
      name = "1000:1000"
    }
    cmd {
      command = ["sleep", "infinity"]
    }
  }
}

service "web" {
  image = image.web
}
