system "shop" {}

criterion "up" {
  command {
    run    = "sh check.sh"
    status = 255
  }
}
