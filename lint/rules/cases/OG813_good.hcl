system "shop" {}

action "do" {
  run = "docker compose up -d --wait"
}

goal "done" {
  include = [action.do]
}
