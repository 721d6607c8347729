system "shop" {}

state "total" {
  type    = number
  initial = 4
}

action "halve" {
  effects = { total = 2 }
}

goal "half" {
  condition = state.total == 2
}
