system "shop" {}

state "rolled" {
  targets = ["kubernetes"]
  type    = bool
  initial = false
}

action "roll" {
  targets = ["kubernetes"]
  effects = { rolled = true }
  run     = "true"
}

action "tell" {
  depends_on = [action.roll] # ERROR OG434: action.tell reads action.roll
  run        = "true"
}

goal "default" {
  condition = state.rolled # ERROR OG434: goal.default reads state.rolled
  include   = [action.tell, action.roll]
}

goal "there" {
  include = [action.tell]
}
