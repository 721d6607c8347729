system "shop" {}

action "do" {
  run = "docker ps --filter health=healthy --quiet | grep ."
}

goal "done" {
  include = [action.do]
}
