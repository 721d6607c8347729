system "shop" {}

action "look" {
  targets = ["compose", "kubernetes"]
  run     = "docker ps"
}

action "say" {
  run = "echo docker ps # docker ps"
}

goal "default" {
  include = [action.look, action.say]
}
