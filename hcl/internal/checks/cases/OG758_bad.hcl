system "shop" {}

criterion "up" {
  command {
    run = "sh check.sh"
    env = { "log-level" = "info" }
  }
}
