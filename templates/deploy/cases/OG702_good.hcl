system "s" {}
state "built" {
  type    = bool
  initial = false
}
action "build" {
  effects = { built = true }
  run     = "date"
}
action "install" {
  precondition = state.built
  run          = "date"
}
goal "g" {
  include = [action.build, action.install]
}
