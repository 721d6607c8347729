system "shop" {}

state "latency" {
  type    = number
  initial = 100
}

action "tune" {
  effects = { latency = below(50) }
}

goal "fast" {
  condition = state.latency < 50
}
