system "shop" {}

image "web" {
  stage "build" {
    from = "golang:1.24-trixie"
    workdir { path = "/src" }
    run { command = "go build -o /out/web ./cmd/web" }
  }
  stage "run" {
    from = "scratch"
    copy {
      from = stage.build
      src  = ["/bin/web"]
      dest = "/web"
    }
    user { name = "10001" }
    entrypoint { command = ["/web"] }
  }
}

service "web" {
  image = image.web
}
