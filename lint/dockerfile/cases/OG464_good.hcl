system "shop" {}

image "app" {
  secrets = { token = secret.token }
  stage "run" {
    from = "debian:12"
    run {
      command = "make"
      mounts  = ["type=secret,id=token"]
    }
    user {
      name = "10001"
    }
  }
}

secret "token" { from = "generated" }
