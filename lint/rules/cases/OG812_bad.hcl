system "shop" {}

action "do" {
  run = "docker ps | grep healthy"
}

goal "done" {
  include = [action.do]
}
