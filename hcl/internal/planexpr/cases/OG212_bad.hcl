system "shop" {}

state "count" {
  type    = number
  initial = 0
}

action "add" {
  effects = { count = 1 }
}

goal "known" {
  condition = state.count != null
}
