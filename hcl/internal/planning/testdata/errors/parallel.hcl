system "t" {}

state "ready" {
  type    = bool
  initial = false
}
state "count" {
  type    = number
  initial = 0
}
state "tags" {
  type    = set(string)
  initial = []
}
state "both" {
  derived = state.ready && contains(state.tags, "a")
}
resource "lock" {
  capacity = 3
}

action "set_ready" {
  effects = {
    ready = true
    count = state.count + 1
    tags  = setunion(state.tags, ["x"])
  }
  uses = {
    lock = 2
  }
}
action "set_ready_too" {
  effects = {
    ready = true
    count = 5 + state.count
    tags  = setunion(state.tags, ["x", "y"])
  }
  uses = {
    lock = 1
  }
}
action "unset" {
  effects = {
    ready = false
  }
}
action "remove" {
  effects = {
    tags = setsubtract(state.tags, ["y"])
  }
}
action "look" {
  precondition = goal.done
}
action "wait" {
  depends_on = [action.unset]
}
action "lock" {
  uses = {
    lock = 1
  }
}
action "take_x" {
  precondition = contains(state.tags, "z") && !contains(state.tags, "q")
}

goal "done" {
  condition = state.both
}

parallel "fine" {
  actions = [action.set_ready, action.set_ready_too, action.take_x]
}
parallel "one" {
  actions = [action.lock, action.lock] # ERROR OG258: only one action
}
parallel "writers" {
  actions = [
    action.set_ready,
    action.unset, # ERROR OG259: both change state.ready
  ]
}
parallel "elements" {
  actions = [
    action.remove,
    action.set_ready,
    action.set_ready_too, # ERROR OG259: both change state.tags's element "y"
  ]
}
parallel "readers" {
  actions = [
    action.look,
    action.set_ready, # ERROR OG259: action.set_ready changes state.ready, which action.look reads
  ]
}
parallel "order" {
  actions = [
    action.unset,
    action.wait, # ERROR OG259: action.unset changes action.unset.done, which action.wait reads
  ]
}
parallel "capacity" {
  actions = [
    action.lock,
    action.set_ready,
    action.set_ready_too, # ERROR OG259: With action.set_ready_too, the actions of "capacity" use 4 of "lock", but its capacity is only 3 (main.hcl:18,1-16).
  ]
}
