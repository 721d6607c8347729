system "shop" {}

state "count" {
  type    = number
  initial = 0
  max     = 9
}

action "add" {
  effects = { count = 10 }
}

action "less" {
  effects = { count = 9 }
}

goal "g" {
  condition = state.count > 5
}
