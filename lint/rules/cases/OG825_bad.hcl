system "shop" {}

action "do" {
  run = "docker compose version | grep v2"
}

goal "done" {
  include = [action.do]
}
