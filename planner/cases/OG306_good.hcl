system "shop" {}

state "a" {
  type    = bool
  initial = false
}

state "b" {
  type    = bool
  initial = true
}

action "swap" {
  effects = {
    a = true
  }
}

goal "both" {
  condition = state.a && state.b
}
