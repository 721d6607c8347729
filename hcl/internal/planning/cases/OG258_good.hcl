system "shop" {}

action "a" {
  run = "sh a.sh"
}

action "b" {
  run = "sh b.sh"
}

parallel "both" {
  actions = [action.a, action.b]
}

goal "g" {
  include = [action.a, action.b]
}
