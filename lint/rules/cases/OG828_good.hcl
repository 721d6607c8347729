system "shop" {}

action "do" {
  tools = ["cargo"]
  run   = "cargo test > tests.log 2>&1"
}

goal "done" {
  include = [action.do]
}
