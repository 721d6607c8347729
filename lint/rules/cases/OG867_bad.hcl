system "shop" {}

image "web" {
  context = "src"
  stage "only" {
    from = "debian:13.1-slim"
    copy {
      src  = ["."]
      dest = "/src/"
    }
    run {
      command = "cd /src && go build -o /web ."
    }
    user {
      name = "10001:10001"
    }
  }
}

service "web" {
  image = image.web
}
