system "shop" {}

action "do" {
  run = "touch x"
}

goal "done" {
  include = [action.do]
}

action "test" {
  run = "touch tested"
}
