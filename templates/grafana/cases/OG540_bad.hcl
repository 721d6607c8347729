system "shop" {}

dashboard "overview" {
  panel "Up" {
    expr = "up"
  }
}
