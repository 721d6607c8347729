system "shop" {}

state "name" {
  type    = string
  initial = "a"
}

action "rename" {
  precondition = state.name == "a"
  effects      = { name = "b" }
}

goal "renamed" {
  condition = state.name == "b"
}
