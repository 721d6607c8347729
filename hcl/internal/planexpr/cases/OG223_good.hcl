system "shop" {}

state "count" {
  type    = number
  initial = 0
}

action "add" {
  effects = { count = 3 }
}

goal "g" {
  condition = state.count == 3
}
