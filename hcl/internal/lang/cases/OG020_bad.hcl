system "shop" {}

locals {
  level = levle.low
}
