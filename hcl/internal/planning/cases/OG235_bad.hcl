system "shop" {}

action "a" {
  run        = "sh a.sh"
  depends_on = [action.b]
}

action "b" {
  run        = "sh b.sh"
  depends_on = [action.a]
}

goal "g" {
  include = [action.b]
}
