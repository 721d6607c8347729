system "shop" {}

locals {
  first  = local.second
  second = local.first
}
