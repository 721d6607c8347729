system "shop" {}

state "tested" {
  type    = bool
  initial = false
}

action "test" {
  effects = { tested = true }
  run     = "test -e /"
}

goal "done" {
  condition = state.tested
}
