system "shop" {}

action "make" {
  run = "sh make.sh"
  env = { LOG_LEVEL = "info" }
}

goal "g" {
  include = [action.make]
}
