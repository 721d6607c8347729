system "shop" {}

state "count" {
  type    = number
  initial = 0
  max     = 10
}

action "add" {
  effects = { count = 10 }
}

goal "g" {
  condition = state.count > 5
}
