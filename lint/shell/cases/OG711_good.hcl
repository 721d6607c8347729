system "shop" {}

secret "token" { from = "generated" }

action "a" {
  run = "sh call.sh 'Authorization: '${secret.token}"
}

goal "g" {
  include = [action.a]
}
