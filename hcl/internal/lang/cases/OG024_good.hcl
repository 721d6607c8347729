system "shop" {}

locals {
  first  = "a"
  second = local.first
}
