# What the language can say about planning, in one manifest without fault.
system "planning" {}

variable "limit" {
  type    = number
  default = 500
}

locals {
  binaries = ["server", "worker"]
}

state "compiled" {
  type        = set(string)
  initial     = []
  description = "binaries that are built"
}
state "response_ms" {
  type = number
  min  = 0
}
state "tries" {
  type    = number
  initial = 0.5
  max     = 3.5
}
state "version" {
  type    = string
  initial = null
}
state "clean" {
  type    = bool
  initial = true
}
state "all_compiled" {
  derived = alltrue([for b in local.binaries : contains(state.compiled, b)])
}
state "usable" {
  derived = state.all_compiled && (state.response_ms < var.limit || state.tries >= 2)
}

milestone "build" {
  title = "Build"
  goal  = "The binaries exist."
  order = 10
}
milestone "check" {
  order = 20
}

action "build_server" {
  milestone    = milestone.build
  precondition = state.clean && length(state.compiled) < 3
  effects = {
    compiled = setunion(state.compiled, ["server"])
    clean    = false
    tries    = state.tries + 1
    version  = state.clean ? "1.75" : null
  }
  cost          = 2.5
  cost_note     = "compile time"
  duration      = "1h30m"
  duration_note = "on two cores"
  priority      = "critical"
  uses = {
    cargo = 1
  }
  tools = ["cargo >= 1.75", "git"]
  run   = "cargo build --bin server"
}
action "build_worker" {
  milestone    = milestone.build
  precondition = contains(["1.75", "1.76"], state.version)
  depends_on   = [action.build_server]
  effects = {
    "compiled" = setsubtract(setunion(state.compiled, toset(["worker"])), ["none"])
  }
  uses = {
    cargo = 1
  }
}
action "measure" {
  milestone    = milestone.check
  precondition = action.build_server.done && goal.built
  effects = {
    response_ms = below(var.limit)
    tries       = (state.clean ? at_most(3) : at_least(0))
  }
  run      = <<-EOT
    set -- $${HOME}
    echo 12
  EOT
  validate = "true"
  rollback = "true"
  measure "response_ms" {
    from = "output"
  }
  retries         = 2
  backoff         = "5s"
  timeout         = "1m"
  optional        = true
  skip_when_valid = true
  on_failure      = "continue"
  fallback        = "auto"
  shell           = "bash"
  workdir         = "src"
  env = {
    RUST_LOG = "debug"
  }
}

resource "cargo" {}

goal "built" {
  condition = state.all_compiled
  include   = milestone.build
}
goal "all" {
  title     = "Everything"
  condition = goal.built && state.usable
  include   = milestone.*
  objective = "makespan"
  default   = true
}
goal "some" {
  include = [action.build_server, milestone.check]
}
goal "any" {
  condition = state.usable != state.clean
  include   = action.*
}
image "later" {
  pull = "example/later:1"
}
service "y" {
  image = image.later
}
service "x" {
  image = image.later
}
action "z_later" {
  rerun    = "always"
  inputs   = ["../src/", "a"]
  disrupts = [service.y, service.x, service.y]
}
