system "t" {}

variable "token" {
  type      = string
  default   = "x"
  sensitive = true
}

state "name" {
  type = string
}

goal "g" {
  condition = state.name == var.token # ERROR OG217: sensitive
}
