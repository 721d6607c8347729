system "shop" {}

action "build" {
  tools = ["cargo"]
  run   = "cargo build --locked --workspace"
}

goal "done" {
  include = [action.build]
}
