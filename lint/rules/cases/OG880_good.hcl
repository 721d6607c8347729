system "shop" {}

action "index" {
  run      = "touch indexed"
  duration = "10m"
  timeout  = "20m"
}

goal "done" {
  include = [action.index]
}
