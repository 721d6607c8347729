system "shop" {}

action "do" {
  run = "docker image prune -f"
}

goal "done" {
  include = [action.do]
}
