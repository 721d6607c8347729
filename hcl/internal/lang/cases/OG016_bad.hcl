system "shop" {}

system "store" {}
