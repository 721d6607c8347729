system "shop" {}

action "do" {
  run = "cat /home/ann/project/notes"
}

goal "done" {
  include = [action.do]
}
