system "shop" {}

state "count" {
  type    = number
  initial = 5
  min     = 9
  max     = 1
}

action "add" {
  effects = { count = 6 }
}

goal "g" {
  condition = state.count == 6
}
