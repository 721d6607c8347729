system "shop" {}

action "do" {
  run = "cat notes"
}

goal "done" {
  include = [action.do]
}
