system "shop" {}

state "replicas" {
  type = number
}

action "start" {
  effects = { replicas = 3 }
  run     = "echo started"
}

goal "up" {
  condition = state.replicas >= 3
}
