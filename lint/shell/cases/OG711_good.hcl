system "shop" {}

secret "token" {}

action "a" {
  run = "sh call.sh 'Authorization: '${secret.token}"
}

goal "g" {
  include = [action.a]
}
