system "shop" {}

criterion "up" {
  command {
    run = "sh check.sh"
    env = { LOG_LEVEL = "info" }
  }
}
