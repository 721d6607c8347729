system "shop" {}

criterion "smoke" {
  command {
    run = "./tests/smoke.sh"
  }
}
