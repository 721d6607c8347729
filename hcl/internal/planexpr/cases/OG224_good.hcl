system "shop" {}

state "built" {
  for_each = toset(["api", "web"])
  type     = bool
  initial  = false
}

action "build" {
  for_each = toset(["api", "web"])
  effects  = { built[each.key] = true }
}

goal "all" {
  condition = alltrue(state.built[*])
}
