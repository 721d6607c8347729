system "t" {}

image "web" {
  pull = "nginx:1.27"
}
service "web" {
  image = image.web
}

action "watch" {
  precondition = service.web.healthy # ERROR OG244: has no healthcheck
}
goal "g" {
  condition = service.web.started && service.web.completed # ERROR OG244: never completes
}
