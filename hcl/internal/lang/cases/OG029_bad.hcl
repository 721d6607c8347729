system "shop" {}

locals {
  second = ["a"][1]
}
