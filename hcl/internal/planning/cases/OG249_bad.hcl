system "shop" {}

action "make" {
  run   = "sh make.sh"
  tools = ["sh latest.sh"]
}

goal "g" {
  include = [action.make]
}
