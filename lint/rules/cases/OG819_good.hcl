system "shop" {}

action "do" {
  run      = "touch x"
  validate = "test \"$(docker compose ps --quiet | wc -l)\" -eq 3"
}

goal "done" {
  include = [action.do]
}
