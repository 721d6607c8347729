system "shop" {}

locals {
  level = "low"
}
