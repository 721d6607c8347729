system "shop" {}
# only one system
