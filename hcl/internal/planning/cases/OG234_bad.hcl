system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

state "a" {
  derived = state.b
}

state "b" {
  derived = !state.a
}

action "start" {
  effects = { ready = true }
}

goal "g" {
  condition = state.b
}
