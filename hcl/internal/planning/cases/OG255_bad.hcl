system "shop" {}

action "a" {
  run = "sh a.sh"
}

action "b" {
  run = "sh b.sh"
}

goal "one" {
  include = [action.a]
}

goal "other" {
  include = [action.b]
}
