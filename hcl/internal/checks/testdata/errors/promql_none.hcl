# A promql criterion asks the Prometheus of the manifest.
system "s" {}

criterion "scrapes" {
  promql { # ERROR OG762: the manifest has no `prometheus` block
    expr   = "up"
    equals = 1
  }
}
