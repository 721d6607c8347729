system "shop" {}

locals {
  done = { ready = true }
}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  effects = local.done
}

goal "up" {
  condition = state.ready
}
