system "shop" {}

action "do" {
  run = "make all"
}

goal "done" {
  include = [action.do]
}
