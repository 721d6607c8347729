system "shop" {}

locals {
  done = { ready = true }
}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  effects = { ready = local.done.ready }
}

goal "up" {
  condition = state.ready
}
