system "shop" {}

resource "runner" {
  capacity = 2
}

action "make" {
  run  = "sh make.sh"
  uses = { runner = 2 }
}

goal "g" {
  include = [action.make]
}
