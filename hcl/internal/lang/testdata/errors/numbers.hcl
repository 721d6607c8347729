system "t" {}

variable "v" {
  default = 1
  validation { # ERROR OG012: This `validation` block requires the argument "condition". True for the allowed values.
    error_message = "no"
  }
}

locals {
  big   = 1e9999999    # ERROR OG029: more than 1000 digits
  small = [1e-9999999] # ERROR OG029: more than 1000 digits
  fine  = "1e9999999"
  edge  = 1e999
}
