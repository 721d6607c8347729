locals {
  name = "shop"
}
