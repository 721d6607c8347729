system "shop" {}

state "count" {
  type    = number
  initial = 0
}

action "add" {
  effects = { count = 1 }
}

goal "some" {
  condition = state.count > 0 && state.count < 1e900 * 1e900
}
