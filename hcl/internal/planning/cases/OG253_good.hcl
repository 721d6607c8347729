system "shop" {}

state "ready" {
  type    = bool
  initial = false
}

action "start" {
  run     = "sh start.sh"
  inputs  = ["src"]
  effects = { ready = true }
}

goal "g" {
  condition = state.ready
}
