system "shop" {}

state "count" {
  type    = number
  initial = 0
}

state "enough" {
  derived = state.count > 3
}

action "add" {
  effects = { count = 4 }
}

goal "g" {
  condition = state.enough
}
