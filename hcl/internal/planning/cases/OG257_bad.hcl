system "shop" {}

action "a" {
  run = "sh a.sh"
}

goal "one" {
}
