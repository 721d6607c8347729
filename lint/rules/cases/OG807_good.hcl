system "shop" {}

state "replicas" {
  type = number
}

action "start" {
  effects = { replicas = 3 }
  run     = "docker ps --quiet | wc -l"
  measure "replicas" {
    from = "output"
  }
}

goal "up" {
  condition = state.replicas >= 3
}
