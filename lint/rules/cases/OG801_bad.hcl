system "shop" {}

secret "token" {}
