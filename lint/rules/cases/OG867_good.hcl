system "shop" {}

image "web" {
  context = "src"
  stage "only" {
    from = "golang:1.24-trixie"
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
