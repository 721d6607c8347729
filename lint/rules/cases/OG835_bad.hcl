system "shop" {}

action "do" {
  tools = ["cargo"]
  run   = "cargo clean"
}

goal "done" {
  include = [action.do]
}
