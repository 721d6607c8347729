system "shop" {}

action "make" {
  run = "sh make.sh"
}

action "other" {
  run = "sh other.sh"
}

goal "g" {
  include = [action.make, action.other]
}
