system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  effects = { ready = true }
}

goal "up" {
  condition = state.ready
}
