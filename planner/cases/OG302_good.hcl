system "shop" {}

state "a" {
  type    = bool
  initial = false
}

state "b" {
  type    = bool
  initial = false
}

action "cheap" {
  cost    = 0.01
  effects = { a = true }
}

action "expensive" {
  cost    = 1000000000
  effects = { b = true }
}

goal "g" {
  condition = state.a && state.b
}
