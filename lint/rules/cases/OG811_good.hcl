system "shop" {}

action "do" {
  run = "docker compose build"
}

goal "done" {
  include = [action.do]
}
