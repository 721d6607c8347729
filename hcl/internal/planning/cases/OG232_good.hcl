system "shop" {}

state "count" {
  type    = number
  initial = 5
  min     = 1
  max     = 9
}

action "add" {
  effects = { count = 6 }
}

goal "g" {
  condition = state.count == 6
}
