system "shop" {}

state "total" {
  type    = number
  initial = 4
}

action "halve" {
  effects = { total = state.total / 0 }
}

goal "half" {
  condition = state.total == 2
}
