system "shop" {
  source = "our repository"
}
