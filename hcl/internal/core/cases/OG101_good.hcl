system "shop" {
  source = "https://example.org/shop"
}
