system "shop" {}

action "do" {
  tools = ["cargo", "rustup"]
  run   = "rustup default 1.75"
}

goal "done" {
  include = [action.do]
}
