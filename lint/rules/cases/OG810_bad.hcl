system "shop" {}

action "do" {
  run      = "touch x"
  validate = "# to be written"
}

goal "done" {
  include = [action.do]
}
