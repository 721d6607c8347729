system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  title   = "ready: ${state.ready}"
  effects = { ready = true }
}

goal "up" {
  condition = state.ready
}
