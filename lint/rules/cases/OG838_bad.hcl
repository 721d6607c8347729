system "shop" {}

action "do" {
  run = "cd /tmp"
}

goal "done" {
  include = [action.do]
}
