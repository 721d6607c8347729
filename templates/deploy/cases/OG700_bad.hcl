system "shop" {}

action "a" {
  run = "echo \u0000"
}

goal "g" {
  include = [action.a]
}
