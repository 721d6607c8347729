system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  run     = "sh start.sh"
  retries = 2
  effects = { ready = true }
}

goal "g" {
  condition = state.ready
}
