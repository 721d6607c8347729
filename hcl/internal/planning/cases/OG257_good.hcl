system "shop" {}

action "a" {
  run = "sh a.sh"
}

goal "one" {
  include = [action.a]
}
