system "shop" {}

state "count" {
  type    = number
  initial = 0
}

action "grow" {
  effects = { count = state.count + 1 }
}

goal "g" {
  condition = state.count == 3
}
