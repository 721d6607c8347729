system "shop" {}

action "build" {
  tools = ["cargo"]
  run   = "cargo build --locked --worksapce"
}

goal "done" {
  include = [action.build]
}
