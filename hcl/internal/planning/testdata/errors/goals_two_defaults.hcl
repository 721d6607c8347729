system "t" {}

state "a" {
  type = bool
}
goal "x" {
  condition = state.a
  default   = true
}
goal "y" {
  condition = !state.a
  default   = true # ERROR OG256: The goal "x" is already the default (main.hcl:8,3-10). Keep `default = true` in only one of the two.
}
goal "z" { # ERROR OG257: The goal "z" has neither a condition nor actions, so its plan would be empty.
}
