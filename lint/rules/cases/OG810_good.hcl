system "shop" {}

action "do" {
  run      = "touch x"
  validate = "test -s x"
}

goal "done" {
  include = [action.do]
}
