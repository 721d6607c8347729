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
  type = list(string) # ERROR OG230: The type of a state must be bool, string, number or set(string).
}
state "both" {
  derived = state.count > 1
  initial = true # ERROR OG231: it can't have `initial`
}
state "count" {
  type    = number
  initial = 7
  min     = 1
  max     = 0.5 # ERROR OG232: max is 0.5, which is less than min, 1 (main.hcl:21,13-14), so no value is possible.
}
state "text" {
  type    = string
  initial = 3 # ERROR OG211: A string is required here, because that is the type of the state, but this is a number.
  max     = 3 # ERROR OG232: The state "text" is a string, but only numbers can have bounds.
}
state "low" {
  type    = number
  initial = -1 # ERROR OG233: The state "low" starts at -1, but it must be at least 0.
  min     = 0
}
state "hyphen-ated" { # ERROR OG014: "hyphen-ated" is not a valid name of a `state` block: it must start with a letter or underscore and contain only letters, digits and
  type = bool
}
