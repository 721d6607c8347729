system "shop" {}

criterion "up" {
  promql {
    expr = "sum(up)"
    min  = 1
  }
}
