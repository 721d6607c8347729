system "s" {}

image "web" {
  context = "app.d"
  stage "build" {
    from = "rust:1.90-slim"
    workdir {
      path = "/app"
    }
    copy {
      src  = ["Cargo.toml", "Cargo.lock"]
      dest = "./"
    }
    run {
      command = "cargo build --release --locked"
    }
  }
  stage "run" {
    from = "debian:13.1-slim"
    copy {
      from = stage.build
      src  = ["/app/target/release/web"]
      dest = "/usr/local/bin/"
    }
    user {
      name = "10001:10001"
    }
    entrypoint {
      command = ["web"]
    }
  }
}

service "web" {
  image   = image.web
  restart = "unless-stopped"
}
