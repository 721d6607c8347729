system "shop" {}

resource "runner" {
  capacity = 2
}

action "build" {
  run  = "sh build.sh"
  uses = { runner = 0.5 }
}

goal "g" {
  include = [action.build]
}
