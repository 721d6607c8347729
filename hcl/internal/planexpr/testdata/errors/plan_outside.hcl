system "t" {}

state "a" {
  type = bool
}
secret "token" {}

action "x" {
  title = "done: ${state.a}"           # ERROR OG030: has a value only while planning
  run   = "echo ${action.y.done}"      # ERROR OG030: has a value only while planning
  env = {
    KEY = state.a                      # ERROR OG030: has a value only while planning
  }
  cost = length(goal.g.name) > 3 ? state.a : 1 # ERROR OG030: has a value only while planning
}
action "y" {
  precondition = state.a == secret.token # ERROR OG217: This value is sensitive or secret
  tools        = ["${secret.token}"]     # ERROR OG031: secret.token can't be used in this value.
}
goal "g" {
  condition = state.a
}
