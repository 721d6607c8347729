system "shop" {}

action "make" {
  run   = "sh make.sh"
  tools = ["make >= 4"]
}

goal "g" {
  include = [action.make]
}
