system "shop" {}

action "do" {
  run      = "touch x"
  validate = "docker compose ps | wc -l"
}

goal "done" {
  include = [action.do]
}
