system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
}

action "move" {
  run      = "mv web"
  achieves = [service.web.started]
}

goal "g" {
  include = [action.move]
}
