system "shop" {}

action "build" {
  run = "docker build ."
}

runbook "build_fails" {
  title      = "The build fails"
  diagnosis  = "dokcer builder du"
  resolution = "Free some disk space."
  covers     = [action.build]
}

goal "done" {
  include = [action.build]
}
