system "shop" {}

action "do" {
  tools = ["make"]
  run   = "make all"
}

goal "done" {
  include = [action.do]
}
