system "shop" {}

locals {
  second = ["a", "b"][1]
}
