system "shop" {}

resource "runner" {
  capacity = 2
}

action "make" {
  run  = "sh make.sh"
  uses = { runner = 3 }
}

goal "g" {
  include = [action.make]
}
