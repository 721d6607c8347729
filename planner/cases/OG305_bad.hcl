system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

goal "up" {
  condition = state.ready
}
