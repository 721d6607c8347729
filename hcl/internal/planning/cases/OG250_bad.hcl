system "shop" {}

action "make" {
  run = "sh make.sh"
  env = { "LOG-LEVEL" = "info" }
}

goal "g" {
  include = [action.make]
}
