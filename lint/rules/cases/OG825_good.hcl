system "shop" {}

action "do" {
  tools = ["docker >= 24"]
  run   = "docker compose version"
}

goal "done" {
  include = [action.do]
}
