system "t" {}

state "untyped" { # ERROR OG230: has no type
}
state "quoted" {
  type = "bool" # ERROR OG230: Write bool without quotes
}
state "boolean" {
  type = boolean # ERROR OG230: Write bool.
}
state "list" {
  type = list(string) # ERROR OG230: A state is a bool, a string, a number or a set(string)
}
state "both" {
  derived = state.count > 1
  initial = true # ERROR OG231: it can't have `initial`
}
state "count" {
  type    = number
  initial = 7
  min     = 1
  max     = 0.5 # ERROR OG232: max is 0.5, below min, which is 1 (main.hcl:21,13
}
state "text" {
  type    = string
  initial = 3 # ERROR OG211: Write it in quotes if the text is meant
  max     = 3 # ERROR OG232: only numbers have bounds
}
state "low" {
  type    = number
  initial = -1 # ERROR OG233: begins at -1, but its bounds are at least 0
  min     = 0
}
state "hyphen-ated" { # ERROR OG014: no hyphen
  type = bool
}
