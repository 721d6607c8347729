system "shop" {}

action "do" {
  run = "docker compose build || true"
}

goal "done" {
  include = [action.do]
}
