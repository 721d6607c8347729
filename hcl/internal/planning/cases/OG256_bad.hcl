system "shop" {}

action "a" {
  run = "sh a.sh"
}

action "b" {
  run = "sh b.sh"
}

goal "one" {
  include = [action.a]
  default = true
}

goal "other" {
  include = [action.b]
  default = true
}
