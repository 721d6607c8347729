system "shop" {}

resource "runner" {
  capacity = 2
}

action "build" {
  run  = "sh build.sh"
  uses = { runner = 1 }
}

goal "g" {
  include = [action.build]
}
