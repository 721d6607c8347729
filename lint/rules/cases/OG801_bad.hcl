system "shop" {}

secret "token" { from = "generated" }
