system "shop" {}

image "web" {
  stage "run" {
    from = "gcr.io/distroless/static-debian12:nonroot"
    copy {
      src  = ["web"]
      dest = "/web"
    }
    user { name = "65532" }
    entrypoint { command = ["/web", "--serve"] }
  }
}

service "web" {
  image = image.web
}
