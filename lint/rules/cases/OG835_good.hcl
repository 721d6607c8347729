system "shop" {}

state "built" {
  type    = bool
  initial = true
}

action "do" {
  tools   = ["cargo"]
  effects = { built = false }
  run     = "cargo clean"
}

goal "done" {
  include = [action.do]
}

criterion "built" {
  command {
    run = "test -d target"
  }
}
