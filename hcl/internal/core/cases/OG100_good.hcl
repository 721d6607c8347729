system "shop_1" {}
