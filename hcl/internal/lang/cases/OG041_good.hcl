system "shop" {}

variable "replicas" {
  type    = number
  default = 2
}
