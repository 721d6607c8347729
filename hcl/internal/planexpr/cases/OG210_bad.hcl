system "shop" {}

state "name" {
  type    = string
  initial = "a"
}

action "rename" {
  precondition = upper(state.name) == "A"
  effects      = { name = "b" }
}

goal "renamed" {
  condition = state.name == "b"
}
