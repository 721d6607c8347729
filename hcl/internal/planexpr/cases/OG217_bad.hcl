system "shop" {}

variable "secret_version" {
  default   = "2"
  sensitive = true
}

state "version" {
  type    = string
  initial = "1"
}

action "migrate" {
  effects = { version = var.secret_version }
}

goal "new" {
  condition = state.version == "2"
}
