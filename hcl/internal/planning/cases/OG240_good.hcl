system "shop" {}

action "make" {
  run  = "sh make.sh"
  cost = 0.5
}

goal "g" {
  include = [action.make]
}
