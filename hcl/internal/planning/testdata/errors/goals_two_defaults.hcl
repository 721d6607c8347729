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
  default   = true # ERROR OG256: The goal "x" is the default already
}
goal "z" { # ERROR OG257: wants nothing
}
