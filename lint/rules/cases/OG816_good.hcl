system "shop" {}

action "do" {
  run = "docker image prune -f --filter label=vendor=shop"
}

goal "done" {
  include = [action.do]
}
