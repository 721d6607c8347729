system "t" {}

secret "token" {}

resource "lock" {
  capacity = 1
}
resource "negative" {
  capacity = -1 # ERROR OG248: A capacity is a whole number
}

state "ms" {
  type = number
}
state "up" {
  type = bool
}

action "cost" {
  cost = -0.5 # ERROR OG240: Costs are 0 or more
}
action "facts" {
  achieves = [secret.token.set, action.cost.done] # ERROR OG242: no other action sets it
  destroys = [secret.token.set]                   # ERROR OG243: is in `achieves` too
}
action "wrong_reference" {
  achieves = [secret.token] # ERROR OG025: a reference to a
}
action "measure" {
  run = "echo 5"
  effects = {
    up = true
  }
  measure "ms" { # ERROR OG245: has no effect on "ms"
  }
  measure "up" { # ERROR OG245: A measure is a number, but the state "up" is a bool
  }
  measure "mss" { # ERROR OG021: Did you mean "ms"?
  }
}
action "measure_nothing" {
  effects = {
    ms = below(500)
  }
  measure "ms" { # ERROR OG245: no `run`
  }
}
action "measure_change" {
  run = "echo 5"
  effects = {
    ms = state.ms + 1
  }
  measure "ms" { # ERROR OG245: is no fixed number or bound
  }
}
action "uses" {
  uses = {
    lock     = 2   # ERROR OG247: takes 2 of "lock", but there is only 1
    lokc     = 1   # ERROR OG021: Did you mean "lock"?
    negative = 0.5 # ERROR OG248: a whole number
  }
}
action "tools" {
  tools = [
    "docker >= 24",
    "docker latest", # ERROR OG249: After the name of the program
    "",              # ERROR OG249: begins with the name
  ]
}
action "env" {
  env = {
    GOOD   = "x"
    "1BAD" = "y" # ERROR OG250: no digit at the front
    PWD    = "z" # ERROR OG250: the shell's own
  }
}
action "attempts" {
  run     = "true"
  retries = -1 # ERROR OG251: 0 or more
}
action "backoff" {
  run     = "true"
  backoff = "5s" # ERROR OG251: there is only one
}
action "scripts" {
  skip_when_valid = true # ERROR OG252: `skip_when_valid` needs `validate`
  retries         = 2    # ERROR OG252: `retries` needs `run`
  timeout         = "1m" # ERROR OG252: `timeout` needs `run`
}
action "words" {
  priority   = "urgent" # ERROR OG028: must be one of critical, high, medium or low
  on_failure = "halt"   # ERROR OG028: must be one of stop, continue or rollback
  shell      = "zsh"    # ERROR OG028: must be one of sh or bash
}
action "script" {
  run = "echo ${HOME}" # ERROR OG020: write $${HOME…}
}
