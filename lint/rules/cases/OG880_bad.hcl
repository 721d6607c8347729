system "shop" {}

action "index" {
  run      = "touch indexed"
  duration = "10m"
  timeout  = "10s"
}

goal "done" {
  include = [action.index]
}
