system "shop" {}

action "a" {
  run = "if test -e x; sh make.sh; fi"
}

goal "g" {
  include = [action.a]
}
