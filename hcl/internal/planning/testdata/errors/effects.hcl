system "t" {}

locals {
  done = { ready = true }
}

state "ready" {
  type    = bool
  initial = false
}
state "count" {
  type    = number
  initial = 0
  max     = 9
}
state "late" {
  derived = state.count > 3
}
state "part" {
  for_each = toset(["a", "b"])
  type     = bool
  initial  = false
}

action "object" {
  effects = local.done # ERROR OG220: Write the effects out here
}

action "keys" {
  effects = {
    ready       = true
    ready       = false # ERROR OG221: This action sets the state "ready" twice; the first time is at main.hcl:31,5.
    late        = true  # ERROR OG222: its value follows from other states
    state.count = 3     # ERROR OG223: Write count.
    cuont       = 3     # ERROR OG021: Did you mean "count"?
    part["c"]   = true  # ERROR OG022: no instance with the key "c"
    "part-b"    = true
  }
}

action "values" {
  effects = {
    ready   = 1         # ERROR OG211: because that is the type of the state "ready", but this is a number
    count   = 10        # WARNING OG241: "count" must be at most 9
    part[1] = true      # ERROR OG216: A key must be a string: state.part["KEY"].
  }
}

action "instances" {
  precondition = state.part || alltrue(state.part[*]) # ERROR OG224: alltrue(state.part[*])
  effects = {
    count = state.count[*] == [] ? 1 : 2 # ERROR OG224: has no for_each
  }
}

goal "g" {
  condition = state.late
}
