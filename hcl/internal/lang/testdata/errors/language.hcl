system "x" {}

x = 1       # ERROR OG011: A manifest consists of blocks, so "x" can't be set at the top level. Shared values belong in a locals block.
service = 2 # ERROR OG018: "service" is a block

imagee "a" { # ERROR OG010: Did you mean "image"?
}

image "i" "j" { # ERROR OG013: 2 labels
}

volume "9" { # ERROR OG014: "9"
}

volume "twice" {}

volume "twice" { # ERROR OG015: already
}

locals {
  loop   = local.pool # ERROR OG024: local.loop needs local.pool
  pool   = local.loop
  shell  = "${HOME}/x"        # ERROR OG020: $${HOME…}
  nope   = nothing.x          # ERROR OG020: "nothing"
  ref    = secret.twise.name  # ERROR OG021: Did you mean secret.twice?
  member = volume.twice.nam   # ERROR OG022: Did you mean "name"?
  bare   = volume             # ERROR OG023: volume.NAME
  call   = uper("x")          # ERROR OG029: upper
  quiet  = local.nope
  quiet2 = "${local.ref}x"
}

variable "list" {
  type    = list(number)
  default = ["a"] # ERROR OG027: element 0
}

variable "unset" { # ERROR OG041: --var unset=…
  type = string
}

variable "computed" {
  default = local.quiet # ERROR OG029: The value of a variable must be constant, so it can't contain references. Use a local for computed values.
}

variable "checked" { # ERROR OG042: Too small.
  default = 1
  validation {
    condition     = var.checked > 1
    error_message = "Too small."
  }
}

variable "word" {
  type    = strng # ERROR OG027: not a valid type
  default = ""
}

secret "twice" {}

volume "each" {
  for_each = ["a"] # ERROR OG033: toset
}
