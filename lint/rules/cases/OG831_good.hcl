system "shop" {}

action "do" {
  tools = ["cargo", "rustup"]
  run   = "cargo +1.75 build"
}

goal "done" {
  include = [action.do]
}
