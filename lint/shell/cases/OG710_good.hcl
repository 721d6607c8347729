system "shop" {}

action "a" {
  run = "if test -e x; then sh make.sh; fi"
}

goal "g" {
  include = [action.a]
}
