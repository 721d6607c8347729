system "shop" {}

action "roll" {
  targets = ["compose", "kubernetes"]
  run     = "true"
}

action "scale" {
  targets = ["kubernetes"]
  run     = "true"
}

goal "done" {
  condition = action.roll.done
}

goal "scaled" {
  targets   = ["kubernetes"]
  condition = action.scale.done
}
