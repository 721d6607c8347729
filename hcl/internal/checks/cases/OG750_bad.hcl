system "shop" {}

criterion "up" {
}
