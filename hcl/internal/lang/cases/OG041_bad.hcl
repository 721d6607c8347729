system "shop" {}

variable "replicas" {
  type = number
}
