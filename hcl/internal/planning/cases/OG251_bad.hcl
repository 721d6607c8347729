system "shop" {}

action "make" {
  run     = "sh make.sh"
  retries = -1
}

goal "g" {
  include = [action.make]
}
