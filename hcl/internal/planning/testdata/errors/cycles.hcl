system "t" {}

state "a" {
  derived = state.b && true
}
state "b" {
  derived = !goal.c
}
goal "c" {
  condition = state.a # ERROR OG234: state.b needs goal.c (main.hcl:7,14-20), goal.c needs state.a
}
state "self" {
  derived = state.self || state.b # ERROR OG234: state.self depends on itself: state.self needs state.self (main.hcl:13,13-23). Remove one of these references.
}

action "x" {
  depends_on = [action.y]
}
action "y" {
  depends_on = [action.x] # ERROR OG235: action.y needs action.x (main.hcl:20,17-25)
}
action "z" {
  depends_on = [action.z] # ERROR OG235: action.z depends on itself, so it could never run. Remove it from depends_on.
}
