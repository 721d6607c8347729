# A promql criterion asks the Prometheus of the manifest.
system "s" {}

criterion "scrapes" {
  promql { # ERROR OG762: There is no `prometheus` block
    expr   = "up"
    equals = 1
  }
}
