# States and facts reach conditions through locals, each.value and the
# variables of for expressions.
system "references" {}

locals {
  up      = state.a && local.b
  b       = state.b
  all     = [state.a, state.b]
  actions = [action.one, action.two]
  plain   = ["x"]
}

state "a" {
  type    = bool
  initial = false
}
state "b" {
  type    = bool
  initial = false
}
state "tags" {
  type    = set(string)
  initial = []
}

action "one" {
  precondition = local.up || !local.up
  effects = {
    a    = local.b
    tags = local.plain
  }
}
action "two" {
  for_each     = { x = action.one }
  precondition = each.key == "x" ? each.value.done && state.a : state.b
}
action "three" {
  for_each     = { x = state.a }
  precondition = each.value && alltrue([for a in [action.one] : a.done && each.value])
}

goal "g" {
  condition = alltrue(local.all) && alltrue([action.one, action.two["x"]][*].done) && anytrue([for a in [action.one] : a.done])
}
