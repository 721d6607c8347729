system "t" {}

secret "token" {}

resource "lock" {
  capacity = 1
}
resource "negative" {
  capacity = -1 # ERROR OG248: A capacity must be a whole number, 0 or more.
}

state "ms" {
  type = number
}
state "up" {
  type = bool
}

action "cost" {
  cost = -0.5 # ERROR OG240: The cost -0.5 is negative.
}
action "facts" {
  achieves = [secret.token.set, action.cost.done] # ERROR OG242: action.cost.done becomes true when that action is done and stays true; no other action can set it.
  destroys = [secret.token.set]                   # ERROR OG243: secret.token.set is also in `achieves` (main.hcl:23,15-31).
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
  measure "up" { # ERROR OG245: Only a number can be measured, but the state "up" is a bool.
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
  measure "ms" { # ERROR OG245: The measured value is compared with the effect on "ms", which is not a constant number or bound (main.hcl:51,10-22).
  }
}
action "uses" {
  uses = {
    lock     = 2   # ERROR OG247: The action uses 2 of "lock", but its capacity is only 1 (main.hcl:5,1-16).
    lokc     = 1   # ERROR OG021: Did you mean "lock"?
    negative = 0.5 # ERROR OG248: a whole number
  }
}
action "tools" {
  tools = [
    "docker >= 24",
    "docker latest", # ERROR OG249: The name of the program can only be followed by one of >= > = <= < and a version: "docker >= 1.2".
    "",              # ERROR OG249: A tool must start with the name of a program, as in PATH: letters, digits and . _ + -.
  ]
}
action "env" {
  env = {
    GOOD   = "x"
    "1BAD" = "y" # ERROR OG250: "1BAD" is not a valid environment variable name.
    PWD    = "z" # ERROR OG250: PWD is reserved by the shell, so the scripts would not see this value. Choose another name.
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
  skip_when_valid = true # ERROR OG252: `skip_when_valid` requires `validate`, which this action doesn't have.
  retries         = 2    # ERROR OG252: `retries` requires `run`, which this action doesn't have.
  timeout         = "1m" # ERROR OG252: `timeout` requires `run`, which this action doesn't have.
}
action "inputs" {
  run    = "true"
  inputs = ["src", "./src", "a\nb"] # ERROR OG253: "src" is in the list already # ERROR OG253: is not the path of a file or folder
}
action "words" {
  priority   = "urgent" # ERROR OG028: "urgent" is not a valid value of "priority"; use "critical", "high", "medium" or "low".
  on_failure = "halt"   # ERROR OG028: "halt" is not a valid value of "on_failure"; use "stop", "continue" or "rollback".
  shell      = "zsh"    # ERROR OG028: "zsh" is not a valid value of "shell"; use "sh" or "bash". Did you mean "sh"?
  rerun      = "daily"  # ERROR OG028: "daily" is not a valid value of "rerun"; use "changed", "always" or "never".
}
action "script" {
  run = "echo ${HOME}" # ERROR OG020: write $${HOME…}
}
