system "t" {}

image "web" {
  pull = "example/web:1.27"
}
service "web" {
  image = image.web
}
service "migrate" {
  image   = image.web
  oneshot = true
  healthcheck {
    shell = "true"
  }
}

action "watch" {
  precondition = service.web.healthy # ERROR OG244: has no healthcheck
}
action "achieve" {
  achieves = [service.other.healthy]
}
service "other" {
  image = image.web
}
action "look" {
  precondition = service.other.healthy && service.migrate.completed
}
action "late" {
  precondition = service.migrate.healthy # ERROR OG244: Service "migrate" is a one-shot (main.hcl:9,1-18), which never becomes healthy but completes.
}
goal "g" {
  condition = service.web.started && service.web.completed # ERROR OG244: never completes
}
