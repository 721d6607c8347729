system "shop" {}

action "roll" {
  targets = ["kubernetes"]
  run     = "true"
}

goal "done" {
  condition = action.roll.done
}
