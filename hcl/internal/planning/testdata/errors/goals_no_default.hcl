system "t" {}

state "a" {
  type = bool
}
goal "x" { # ERROR OG255: There are 2 goals, but none is the default. Write `default = true` in one of them.
  condition = state.a
}
goal "y" {
  condition = !state.a
  include   = [state.a] # ERROR OG025: a reference to a
}
