system "shop" {}

state "a" {
  type    = bool
  initial = false
}

state "b" {
  type    = bool
  initial = false
}

action "first" {
  effects = { a = true }
}

action "between" {
  precondition = state.a
  effects      = { b = true }
}

action "last" {
  run = "sh last.sh"
}

parallel "p" {
  actions = [action.first, action.last]
}

goal "g" {
  include   = [action.last]
  condition = state.b
}
