system "shop" {}

state "count" {
  type    = number
  initial = 0
  min     = 0
}

action "add" {
  effects = { count = 6 }
}

goal "g" {
  condition = state.count == 6
}
