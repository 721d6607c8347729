system "shop" {}

state "version" {
  type    = string
  initial = "1"
}

action "migrate" {
  effects = { version = "2" }
}

goal "new" {
  condition = state.version == "2"
}
