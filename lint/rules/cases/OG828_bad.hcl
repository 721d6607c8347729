system "shop" {}

action "do" {
  tools = ["cargo"]
  run   = "cargo test 2>&1 | tee tests.log"
}

goal "done" {
  include = [action.do]
}
