system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

state "a" {
  derived = !state.ready
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
