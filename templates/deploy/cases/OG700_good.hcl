system "shop" {}

action "a" {
  run = "sh make.sh"
}

goal "g" {
  include = [action.a]
}
