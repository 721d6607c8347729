system "shop" {}

variable "replicas" {
  type    = number
  default = 1
  validation {
    condition     = var.replicas > 0
    error_message = "At least one replica."
  }
}
