system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  effects = {
    ready = true
    ready = false
  }
}

goal "up" {
  condition = state.ready
}
