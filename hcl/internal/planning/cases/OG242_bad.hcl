system "shop" {}

action "make" {
  run      = "sh make.sh"
  achieves = [action.other.done]
}

action "other" {
  run = "sh other.sh"
}

goal "g" {
  include = [action.make, action.other]
}
