system "t" {}

state "a" {
  type = bool
}
locals {
  object = { a = state.a }
  chain  = local.object2 # ERROR OG021: Did you mean "object"?
  bad    = upper(state.a) # ERROR OG210: The function `upper` can't read a state
  text   = "x"
}
image "web" {
  pull = "nginx:1.27"
}
service "web" {
  image = image.web
}
action "one" {
  precondition = action.one # ERROR OG210: action.one is a whole action, which is neither true nor false. A condition can use action.one.done.
}
action "two" {
  precondition = service.web # ERROR OG210: service.web.healthy, service.web.started
}
action "three" {
  for_each     = { x = action.one, y = "true" }
  precondition = each.value # ERROR OG210: action.one is a whole action  # ERROR OG211: Write true without quotes
}
action "four" {
  precondition = local.text # ERROR OG211: because this is a condition, but this is a string
}
goal "g" {
  condition = local.object.a && local.bad # ERROR OG210: index or attribute of a computed value
}
